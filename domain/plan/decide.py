"""Answers: does a command stand against the rules, and which events does it bring?

`problems` judges, `consequences` tells what happens. A person's command must have no problem; an
import of true history takes the consequences and flags the problems.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import assert_never

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan import filing, life, rulings
from domain.plan.context import Context
from domain.plan.evolve import evolve
from domain.plan.progress import phase, points_of, standing_decisions
from domain.plan.state import OVER, Plan
from domain.reference import PointKind
from domain.refusals import Refusal


def decide(plan: Plan | None, envelope: c.Envelope, context: Context) -> list[e.PlanEvent]:
    """The events that a command brings; none when its id is known already.

    The clock comes first, so that the answer is the same whether or not a timer was late.
    Raises `Refusal` when the command is stale or a rule speaks against it.
    """
    if plan is not None and envelope.command_id in plan.commands:
        return []
    command = envelope.body
    expected = envelope.expected_version
    if expected is not None and expected != (plan.version if plan else 0):
        raise Refusal("stale", expected=expected, actual=plan.version if plan else 0)
    passed = _by_clock(plan, context)
    plan = _folded(plan, passed)
    for problem in problems(plan, command, context):
        raise problem
    return [*passed, *outcome(plan, command, context)]


def outcome(plan: Plan | None, command: c.PlanCommand, context: Context) -> list[e.PlanEvent]:
    """A command's consequences, and what the clock brings because of them."""
    events = consequences(plan, command, context)
    return [*events, *_by_clock(_folded(plan, events), context)]


def _by_clock(plan: Plan | None, context: Context) -> list[e.PlanEvent]:
    """What the passing of time has brought, in the order of its days."""
    events: list[e.PlanEvent] = []
    while plan is not None and (due := list(life.by_clock(plan, context))):
        first = min(due, key=lambda event: event.on)
        events.append(first)
        plan = evolve(plan, first)
    return events


def _folded(plan: Plan | None, events: Iterable[e.PlanEvent]) -> Plan | None:
    for event in events:
        plan = evolve(plan, event)
    return plan


def problems(plan: Plan | None, command: c.PlanCommand, context: Context) -> Iterator[Refusal]:
    """Everything that speaks against a command, the weightiest first."""
    yield from life.day_problems(plan, command, context)
    if isinstance(command, c.Draft):
        yield from filing.draft_problems(plan, command, context)
    elif plan is None:
        yield Refusal("no_such_plan")
    else:
        yield from _problems(plan, command, context)


def _problems(plan: Plan, command: c.PlanCommand, context: Context) -> Iterator[Refusal]:
    match command:
        case c.Draft():
            yield from filing.draft_problems(plan, command, context)
        case c.Revise():
            yield from filing.revise_problems(plan, command, context)
        case c.Submit():
            yield from filing.submit_problems(plan, command, context)
        case c.ChangeRoute():
            yield from filing.change_route_problems(plan, command, context)
        case c.FilePaper():
            yield from filing.file_paper_problems(plan, command, context)
        case c.WaivePoint() | c.FindInForce():
            yield from filing.point_problems(plan, command)
        case c.RecordDecision():
            yield from rulings.decision_problems(plan, command, context)
        case c.CorrectEntry():
            yield from rulings.correction_problems(plan, command, context)
        case c.SignMinutes():
            yield from rulings.minutes_problems(plan, command)
        case c.WithdrawCallIn():
            yield from rulings.call_in_problems(plan, command)
        case c.AnswerCondition():
            yield from rulings.condition_problems(plan, command)
        case _:
            yield from _life_problems(plan, command, context)


LifeCommand = (
    c.RecordPrequalification
    | c.RecordResidentsVote
    | c.RecordOrganisationApproval
    | c.SendToLbf
    | c.RecordLbfCommitment
    | c.RecordLbfRefusal
    | c.SubmitReport
    | c.AcceptReport
    | c.ReturnReport
    | c.ExtendReport
    | c.Suspend
    | c.Resume
    | c.Extend
    | c.Change
    | c.Withdraw
    | c.Lapse
    | c.Terminate
    | c.NameSuccessor
    | c.SubmitFinalAccount
    | c.AcceptFinalAccount
    | c.Close
    | c.AssignCaseOfficer
    | c.ChangeAdministrator
    | c.AddRemark
    | c.PassTime
)


def _life_problems(plan: Plan, command: LifeCommand, context: Context) -> Iterator[Refusal]:
    match command:
        case c.SendToLbf() | c.RecordLbfCommitment() | c.RecordLbfRefusal():
            yield from life.lbf_problems(plan, command)
        case c.SubmitReport() | c.AcceptReport() | c.ReturnReport() | c.ExtendReport():
            yield from life.report_problems(plan, command, context)
        case c.Suspend() | c.Resume():
            yield from life.suspend_problems(plan, command, context)
        case c.Extend():
            yield from life.extend_problems(plan, command)
        case c.Change():
            yield from life.change_problems(plan, command, context)
        case c.Withdraw() | c.Lapse() | c.Terminate():
            yield from life.ending_problems(plan, command)
        case c.NameSuccessor():
            yield from life.successor_problems(plan, command)
        case c.SubmitFinalAccount() | c.AcceptFinalAccount() | c.Close():
            yield from life.account_problems(plan, command)
        case c.RecordOrganisationApproval():
            if command.organisation not in plan.content.organisations:
                known = list(plan.content.organisations)
                yield Refusal("unknown_organisation", id=command.organisation, known=known)
        case c.AssignCaseOfficer() | c.ChangeAdministrator():
            if phase(plan) in OVER:
                yield Refusal("plan_ended", phase=phase(plan))
        case c.RecordPrequalification() | c.RecordResidentsVote() | c.AddRemark() | c.PassTime():
            return
        case _:
            assert_never(command)


def consequences(plan: Plan | None, command: c.PlanCommand, context: Context) -> list[e.PlanEvent]:
    """The events of a command itself, without asking whether the rules allow it."""
    on = command.on or context.today
    if isinstance(command, c.Draft):
        return [e.PlanDrafted(on=on, content=command.content)]
    if plan is None:
        raise Refusal("no_such_plan")
    match command:
        case c.Submit():
            return filing.submit(plan, command, context)
        case c.ChangeRoute():
            return filing.change_route(plan, command, context)
        case c.WaivePoint():
            waived = e.NotApplicable(point=command.point, code="stated", reason=command.reason)
            return [e.PointWaived(on=on, waived=waived)]
        case c.RecordDecision():
            return rulings.decide_rulings(plan, command, context)
        case c.CorrectEntry():
            return rulings.correct(plan, command, context)
        case c.Resume():
            return life.resume(plan, command, context)
        case c.SendToLbf():
            return [
                e.SentToLbf(
                    on=on, document_number=command.document_number, dissents=_dissents(plan)
                )
            ]
        case c.PassTime():
            return []
        case _:
            return [_plain(command, on)]


def _dissents(plan: Plan) -> tuple[str, ...]:
    """Decisions on the plan or its recommendation whose minority statement goes to LBF (§ 13)."""
    standing = {
        decision.id
        for kind in (PointKind.CONTENT, PointKind.LBF)
        for point in points_of(plan, kind)
        for decision in standing_decisions(plan, point).values()
    }
    dissents = (each for each in plan.decisions if each.ruling.minority is not None)
    return tuple(each.id for each in dissents if each.id in standing)


PLAIN: dict[type[c.Command], type[e.Event]] = {
    c.Revise: e.DraftRevised,
    c.RecordPrequalification: e.PrequalificationRecorded,
    c.RecordResidentsVote: e.ResidentsVoteRecorded,
    c.RecordOrganisationApproval: e.OrganisationApproved,
    c.FilePaper: e.PaperFiled,
    c.FindInForce: e.PointFoundInForce,
    c.SignMinutes: e.MinutesSigned,
    c.WithdrawCallIn: e.CallInWithdrawn,
    c.AnswerCondition: e.ConditionAnswered,
    c.RecordLbfCommitment: e.LbfCommitted,
    c.RecordLbfRefusal: e.LbfRefused,
    c.SubmitReport: e.ReportSubmitted,
    c.AcceptReport: e.ReportAccepted,
    c.ReturnReport: e.ReportReturned,
    c.ExtendReport: e.ReportExtended,
    c.Suspend: e.PlanSuspended,
    c.Extend: e.PlanExtended,
    c.Change: e.PlanChanged,
    c.Withdraw: e.PlanWithdrawn,
    c.Lapse: e.PlanLapsed,
    c.Terminate: e.PlanTerminated,
    c.NameSuccessor: e.SuccessorNamed,
    c.SubmitFinalAccount: e.FinalAccountSubmitted,
    c.AcceptFinalAccount: e.FinalAccountAccepted,
    c.Close: e.PlanClosed,
    c.AssignCaseOfficer: e.CaseOfficerAssigned,
    c.ChangeAdministrator: e.AdministratorChanged,
    c.AddRemark: e.RemarkAdded,
}
"""Commands whose event says the same in the past tense, field for field."""


def _plain(command: c.Command, on: date) -> e.PlanEvent:
    fields = {name: getattr(command, name) for name in type(command).model_fields}
    fields.pop("type")
    event: e.PlanEvent = PLAIN[type(command)](**(fields | {"on": on}))  # type: ignore[assignment]
    return event
