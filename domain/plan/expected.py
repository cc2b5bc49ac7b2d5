"""Answers: what happens next to a plan if everybody does what is expected of them, and when?

Each body approves at its next meeting, papers are filed in time, LBF commits what was applied for,
reports arrive ten days early. Rehearsals and a demo's other plans live by this; nothing else does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import add_working_days, working_day_after, working_day_before
from domain.plan import commands as c
from domain.plan.content import Source
from domain.plan.decision import Outcome, Ruling, Sitting
from domain.plan.events import AgendaPlace, Artefact
from domain.plan.package import PointStatus, package
from domain.plan.progress import (
    Standing,
    Step,
    council_approved_on,
    open_steps,
    phase,
    steps,
)
from domain.plan.reports import owed, report_due
from domain.plan.state import ON_ROUTE, OVER, Phase, Plan
from domain.reference import Reference, StageKind
from domain.values import TextRef

DOCUMENT = "2099-1"
"""The document number of what is only expected."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly things are expected to happen, in days; stated in docs/rehearsal.md."""

    submit_after: int = 5
    send_after: int = 7
    commitment_after: int = 42
    condition_after: int = 14
    report_before: int = 10
    acceptance_after: int = 30
    final_account_after: int = 60


@dataclass(frozen=True, slots=True)
class Expected:
    """The next act and its day; several acts of one day come in the order that they are listed."""

    on: date
    command: c.PlanCommand


def expected(
    plan: Plan, reference: Reference, today: date, why: TextRef, pace: Pace | None = None
) -> Expected | None:
    """The next act that is expected on `today` or later; `why` stands for every reason given."""
    soonest: Expected | None = None
    for act in all_expected(plan, reference, today, why, pace):
        due = Expected(max(act.on, today), act.command)
        if soonest is None or due.on < soonest.on:
            soonest = due
    return soonest


def all_expected(
    plan: Plan, reference: Reference, today: date, why: TextRef, pace: Pace | None = None
) -> list[Expected]:
    """Every act that is expected, also overdue ones with the day that they were expected on."""
    return list(_acts(plan, reference, today, why, pace or Pace()))


def _acts(
    plan: Plan, reference: Reference, today: date, why: TextRef, pace: Pace
) -> Iterator[Expected]:
    if plan.suspended_since is not None:
        return
    here = phase(plan)
    if here in OVER:
        return
    if here is Phase.DRAFT:
        day = working_day_after(plan.last_on + timedelta(days=pace.submit_after))
        if plan.content.period.start > max(day, today):
            yield Expected(day, _submit(plan, reference, day, why))
    if here in ON_ROUTE | {Phase.APPROVED, Phase.AT_LBF, Phase.COMMITTED, Phase.RUNNING}:
        yield from _at_bodies(plan, reference, today)
        yield from _conditions(plan, why, pace)
    yield from _at_lbf(plan, here, pace)
    yield from _reports(plan, reference, pace)
    yield from _after_the_end(plan, here, pace)


def _submit(plan: Plan, reference: Reference, day: date, why: TextRef) -> c.Submit:
    """To the committees of the administrations that drafted along, where they can be chosen."""
    route = reference.route(plan.filed.route) if plan.filed else reference.route_on(day)
    choosable = [
        station.body
        for stage in (route.stages if route else ())
        if stage.chosen
        for station in stage.stations
    ]
    own = {
        each.committee
        for each in reference.administrations
        if each.id in plan.content.administrations
    }
    committees = tuple(body for body in choosable if body in own) or tuple(choosable)
    return c.Submit(route=route.id if route else None, committees=committees, committees_reason=why)


def _at_bodies(plan: Plan, reference: Reference, today: date) -> Iterator[Expected]:
    """Papers for those who lack one once the forum is done, decisions where a meeting is named."""
    sittings: dict[tuple[str, date], list[str]] = {}
    unscheduled: list[str] = []
    for item in package(plan):
        if item.status not in (PointStatus.MISSING, PointStatus.ON_ITS_WAY):
            continue
        for step in open_steps(plan, item.point.id):
            meeting = _meeting_of(plan, step, reference, today)
            if meeting is not None:
                sittings.setdefault((step.body, meeting), []).append(item.point.id)
            elif item.point.id not in unscheduled:
                unscheduled.append(item.point.id)
    if unscheduled and phase(plan) is not Phase.FORUM:
        yield from _paper(plan, unscheduled, reference, today)
    for (body, meeting), points in sittings.items():
        yield Expected(meeting, approval(body, meeting, points))


def _meeting_of(plan: Plan, step: Step, reference: Reference, today: date) -> date | None:
    """The meeting that a step waits for; the forum needs no paper."""
    if step.meeting_on is not None and step.meeting_on >= today:
        return step.meeting_on
    if step.stage.kind is StageKind.FORUM:
        since = max(plan.submitted_on or today, today - timedelta(days=1))
        return reference.next_meeting(step.body, since)
    return None


def approval(body: str, meeting: date, points: list[str]) -> c.RecordDecision:
    """A body's plain yes to points at a meeting."""
    return c.RecordDecision(
        on=meeting,
        sitting=Sitting(body=body, meeting_on=meeting, document_number=DOCUMENT),
        rulings=tuple(Ruling(point=point, outcome=Outcome.APPROVED) for point in points),
    )


def _paper(plan: Plan, points: list[str], reference: Reference, today: date) -> Iterator[Expected]:
    """One paper for all the points and every body still to come, filed the next working day."""
    day = add_working_days(max(plan.last_on, today - timedelta(days=1)), 1)
    places = agenda(plan, points, reference, day)
    if places:
        yield Expected(
            day, c.FilePaper(document_number=DOCUMENT, points=tuple(points), places=places)
        )


def agenda(
    plan: Plan, points: list[str], reference: Reference, day: date
) -> tuple[AgendaPlace, ...]:
    """The first chain of meetings that a paper filed on a day can reach."""
    places: list[AgendaPlace] = []
    if plan.filed is None:
        return ()
    reached = day
    for stage in plan.filed.stages:
        meetings: list[date] = []
        for body in _bodies_to_come(plan, stage.id, points):
            known = reference.body_by_id.get(body)
            lead = known.paper_days if known else 0
            earliest = max(reached, day + timedelta(days=max(lead - 1, 0)))
            meeting = reference.next_meeting(body, earliest)
            if meeting is not None:
                meetings.append(meeting)
                places.append(AgendaPlace(body=body, meeting_on=meeting))
        reached = max(meetings, default=reached)
    return tuple(places)


def _bodies_to_come(plan: Plan, stage: str, points: list[str]) -> list[str]:
    """The bodies of a stage that one of the points has still to pass."""
    found: list[str] = []
    for point in points:
        for step in steps(plan, point):
            waits = step.standing is not Standing.SETTLED and step.body not in found
            political = step.stage.kind is not StageKind.FORUM
            if step.stage.id == stage and waits and political:
                found.append(step.body)
    return found


def _conditions(plan: Plan, why: TextRef, pace: Pace) -> Iterator[Expected]:
    for decision in plan.decisions:
        if decision.ruling.condition is not None and not decision.is_answered:
            day = decision.sitting.meeting_on + timedelta(days=pace.condition_after)
            answer = c.AnswerCondition(decision=decision.id, answer=why)
            yield Expected(working_day_after(day), answer)


def _at_lbf(plan: Plan, here: Phase, pace: Pace) -> Iterator[Expected]:
    approved_on = council_approved_on(plan)
    if here is Phase.APPROVED and approved_on is not None:
        day = working_day_after(approved_on + timedelta(days=pace.send_after))
        yield Expected(day, c.SendToLbf(document_number=DOCUMENT))
    if here is Phase.AT_LBF and plan.sent_on is not None:
        day = working_day_after(plan.sent_on + timedelta(days=pace.commitment_after))
        amount = plan.content.part(Source.LBF)
        yield Expected(day, c.RecordLbfCommitment(amount_oere=amount, document_number=DOCUMENT))


def _reports(plan: Plan, reference: Reference, pace: Pace) -> Iterator[Expected]:
    for year, artefact in owed(plan):
        known = plan.report(year, artefact)
        if known.accepted_on is not None or year not in plan.reports_opened:
            continue
        if known.submitted_on is None:
            due = known.answer_by or report_due(plan, year, artefact, reference.parameters)
            day = working_day_before(due - timedelta(days=pace.report_before))
            yield Expected(day, c.SubmitReport(year=year, artefact=Artefact(artefact)))
        else:
            day = working_day_after(known.submitted_on + timedelta(days=pace.acceptance_after))
            yield Expected(day, c.AcceptReport(year=year, artefact=Artefact(artefact)))


def _after_the_end(plan: Plan, here: Phase, pace: Pace) -> Iterator[Expected]:
    if here not in (Phase.EXPIRED, Phase.TERMINATED):
        return
    ended_on = plan.ended_on or plan.expired_on or plan.content.period.end
    if plan.final_account_on is None:
        day = working_day_after(ended_on + timedelta(days=pace.final_account_after))
        yield Expected(day, c.SubmitFinalAccount(document_number=DOCUMENT))
    elif plan.final_account_accepted_on is None:
        day = plan.final_account_on + timedelta(days=pace.acceptance_after)
        spent = plan.committed_oere or plan.content.budget_oere
        yield Expected(working_day_after(day), c.AcceptFinalAccount(spent_oere=spent))
    elif all(plan.report(y, a).accepted_on is not None for y, a in owed(plan)):
        day = add_working_days(max(plan.last_on, plan.final_account_accepted_on), 1)
        yield Expected(day, c.Close())
