"""Answers: how does each event change what is known about a plan?"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.copying import replace
from domain.plan import events as e
from domain.plan.state import Decision, Ending, Paper, Plan, Suspension, report_key
from domain.reference import Authority


class BrokenStream(Exception):
    """The stream does not begin with a draft, so there is no plan to change."""


def evolve(plan: Plan | None, event: e.PlanEvent, command_id: UUID | None = None) -> Plan:
    """The plan after one more event. Events are facts: nothing is judged here."""
    if plan is None:
        if not isinstance(event, e.PlanDrafted):
            raise BrokenStream(event.type)
        after = Plan(version=0, content=event.content, drafted_on=event.on)
    else:
        after = _changed(plan, event)
    commands = after.commands if command_id is None else after.commands | {command_id}
    return replace(
        after, version=after.version + 1, last_on=max(after.last_on, event.on), commands=commands
    )


def _changed(plan: Plan, event: e.PlanEvent) -> Plan:
    match event:  # what a log holds most of comes first: each case that does not fit costs
        case (
            e.DecisionRecorded()
            | e.EntryCorrected()
            | e.MinutesSigned()
            | e.CallInWithdrawn()
            | e.ConditionAnswered()
        ):
            return _decided(plan, event)
        case (
            e.ReportsOpened()
            | e.ReportOverdue()
            | e.ReportSubmitted()
            | e.ReportAccepted()
            | e.ReportReturned()
            | e.ReportExtended()
        ):
            return _reported(plan, event)
        case e.PlanDrafted() | e.DraftRevised() | e.PlanChanged():
            moved = event.content.period.start != plan.content.period.start
            passed_on = None if moved else plan.start_passed_on
            return replace(plan, content=event.content, start_passed_on=passed_on)
        case e.PlanSubmitted():
            return _filed(
                replace(plan, submitted_on=event.on, submitted_version=plan.version + 1),
                event.filed,
            )
        case e.RouteChanged():
            return _filed(plan, event.filed)
        case e.PaperFiled():
            paper = Paper(
                plan.version + 1, event.on, event.document_number, event.points, event.places
            )
            return replace(plan, papers=(*plan.papers, paper))
        case e.PointWaived():
            return replace(plan, not_applicable=(*plan.not_applicable, event.waived))
        case e.PointFoundInForce():
            return replace(plan, in_force={**plan.in_force, event.point: event.document_number})
        case e.PrequalificationRecorded():
            return replace(plan, prequalified=event.is_approved)
        case e.ResidentsVoteRecorded():
            vote = (event.estate, event.votes_for, event.votes_against)
            return replace(plan, resident_votes=(*plan.resident_votes, vote))
        case e.OrganisationApproved():
            return replace(plan, approved_by=(*plan.approved_by, event.organisation))
        case e.SentToLbf() | e.LbfCommitted() | e.LbfRefused():
            return _at_lbf(plan, event)
        case _:
            return _lived(plan, event)


def _filed(plan: Plan, filed: e.FiledRoute) -> Plan:
    """What a person said about a point still holds on the new route, where it has the point."""
    points = {point.id for point in filed.points}
    stated = [w for w in plan.not_applicable if w.code == "stated" and w.point in points]
    return replace(plan, filed=filed, not_applicable=(*filed.not_applicable, *stated))


def _authority(plan: Plan, event: e.DecisionRecorded) -> Authority | None:
    for stage in plan.filed.stages if plan.filed else ():
        for station in stage.stations:
            if station.body == event.sitting.body:
                return station.points.get(event.ruling.point)
    return None


def _decided(
    plan: Plan,
    event: (
        e.DecisionRecorded
        | e.EntryCorrected
        | e.MinutesSigned
        | e.CallInWithdrawn
        | e.ConditionAnswered
    ),
) -> Plan:
    match event:
        case e.DecisionRecorded():
            new = Decision(
                event.decision,
                plan.version + 1,
                event.sitting,
                event.ruling,
                event.supersedes,
                authority=_authority(plan, event),
            )
            return replace(plan, decisions=(*plan.decisions, new))
        case e.EntryCorrected():
            return _with_decision(
                plan,
                event.decision,
                lambda old: replace(
                    old,
                    sitting=event.sitting,
                    ruling=event.ruling,
                    corrections=old.corrections + 1,
                ),
            )
        case e.MinutesSigned():
            return replace(plan, decisions=tuple(_signed(each, event) for each in plan.decisions))
        case e.CallInWithdrawn():
            return _with_decision(plan, event.decision, _without_call_in)
        case e.ConditionAnswered():
            return _with_decision(plan, event.decision, lambda old: replace(old, is_answered=True))
        case _:
            assert_never(event)


def _with_decision(plan: Plan, decision_id: str, change: Callable[[Decision], Decision]) -> Plan:
    return replace(
        plan,
        decisions=tuple(
            change(each) if each.id == decision_id else each for each in plan.decisions
        ),
    )


def _signed(decision: Decision, event: e.MinutesSigned) -> Decision:
    sitting = decision.sitting
    if (sitting.body, sitting.meeting_on) != (event.body, event.meeting_on):
        return decision
    return replace(decision, sitting=sitting.model_copy(update={"is_provisional": False}))


def _without_call_in(decision: Decision) -> Decision:
    call_in = decision.ruling.call_in
    if call_in is None:
        return decision
    withdrawn = call_in.model_copy(update={"is_withdrawn": True})
    return replace(decision, ruling=decision.ruling.model_copy(update={"call_in": withdrawn}))


def _at_lbf(plan: Plan, event: e.SentToLbf | e.LbfCommitted | e.LbfRefused) -> Plan:
    match event:
        case e.SentToLbf():
            return replace(plan, sent_on=event.on)
        case e.LbfCommitted():
            return replace(plan, committed_on=event.on, committed_oere=event.amount_oere)
        case e.LbfRefused():
            return _ended(plan, Ending.REFUSED_BY_LBF, event.on)
        case _:
            assert_never(event)


def _reported(
    plan: Plan,
    event: (
        e.ReportsOpened
        | e.ReportOverdue
        | e.ReportSubmitted
        | e.ReportAccepted
        | e.ReportReturned
        | e.ReportExtended
    ),
) -> Plan:
    if isinstance(event, e.ReportsOpened):
        return replace(plan, reports_opened=(*plan.reports_opened, event.year))
    old = plan.report(event.year, event.artefact)
    match event:
        case e.ReportOverdue():
            new = replace(old, is_overdue=True)
        case e.ReportSubmitted():
            new = replace(
                old, submitted_on=event.on, returned_on=None, answer_by=None, is_overdue=False
            )
        case e.ReportAccepted():
            new = replace(old, accepted_on=event.on)
        case e.ReportReturned():
            new = replace(
                old,
                submitted_on=None,
                returned_on=event.on,
                answer_by=event.answer_by,
                is_overdue=False,
            )
        case e.ReportExtended():
            new = replace(old, extended_to=event.until, is_overdue=False)
        case _:
            assert_never(event)
    return replace(plan, reports={**plan.reports, report_key(event.year, event.artefact): new})


Lived = (
    e.PlanStarted
    | e.StartDatePassed
    | e.PlanSuspended
    | e.PlanResumed
    | e.PlanExtended
    | e.PlanWithdrawn
    | e.PlanLapsed
    | e.PlanTerminated
    | e.PlanExpired
    | e.SuccessorNamed
    | e.FinalAccountSubmitted
    | e.FinalAccountAccepted
    | e.PlanClosed
    | e.CaseOfficerAssigned
    | e.AdministratorChanged
    | e.RemarkAdded
)


def _lived(plan: Plan, event: Lived) -> Plan:
    match event:
        case e.PlanStarted():
            return replace(plan, started_on=event.on)
        case e.StartDatePassed():
            return replace(plan, start_passed_on=event.on)
        case e.PlanSuspended():
            new = Suspension(event.on, None, event.moves_end)
            return replace(plan, suspensions=(*plan.suspensions, new))
        case e.PlanResumed():
            ended = replace(plan.suspensions[-1], end=event.on)
            resumed = replace(plan, suspensions=(*plan.suspensions[:-1], ended))
            return resumed if event.end is None else _ending_on(resumed, event.end)
        case e.PlanExtended():
            return replace(_ending_on(plan, event.end), expired_on=None, final_account_on=None)
        case e.PlanWithdrawn():
            return _ended(plan, Ending.WITHDRAWN, event.on)
        case e.PlanLapsed():
            return _ended(plan, Ending.LAPSED, event.on)
        case e.PlanTerminated():
            return _ended(plan, Ending.TERMINATED, event.on)
        case e.PlanExpired():
            return replace(plan, expired_on=event.on)
        case e.SuccessorNamed():
            return replace(plan, successor=event.successor)
        case e.FinalAccountSubmitted():
            return replace(plan, final_account_on=event.on)
        case e.FinalAccountAccepted():
            return replace(plan, final_account_accepted_on=event.on, spent_oere=event.spent_oere)
        case e.PlanClosed():
            return replace(plan, closed_on=event.on)
        case e.CaseOfficerAssigned():
            return _with_content(plan, case_officer=event.case_officer)
        case e.AdministratorChanged():
            return _with_content(plan, administrator=event.administrator)
        case e.RemarkAdded():
            return plan
        case _:
            assert_never(event)


def _ended(plan: Plan, ending: Ending, on: date) -> Plan:
    return replace(plan, ending=ending, ended_on=on)


def _ending_on(plan: Plan, end: date) -> Plan:
    former = plan.content.period
    period = former.model_copy(update={"end": end})
    return replace(
        _with_content(plan, period=period), extended_from=(*plan.extended_from, former.end)
    )


def _with_content(plan: Plan, **changes: object) -> Plan:
    return replace(plan, content=plan.content.model_copy(update=changes))


def fold(events: Iterable[tuple[e.PlanEvent, UUID]]) -> Plan | None:
    """The plan after all of a stream's events, or None for an empty stream."""
    plan: Plan | None = None
    for event, command_id in events:
        plan = evolve(plan, event, command_id)
    return plan
