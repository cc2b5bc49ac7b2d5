"""Answers: what does a plan's script, or else what is expected of everybody, do next and when?

Pure: the same plan, script and day give the same act, so that every run repeats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from domain.calendar import working_day_after
from domain.plan import commands as c
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.plan.evolve import evolve
from domain.plan.expected import Expected, Pace, all_expected
from domain.plan.life import next_by_clock
from domain.plan.reports import report_due
from domain.plan.state import Plan
from domain.reference import Reference
from domain.values import TextRef
from rehearsal.script import (
    CommandOn,
    Commit,
    Delay,
    LeaveOut,
    Refuse,
    ReportLate,
    ReportReturned,
    Rule,
    Step,
)

ACT_NAMESPACE = UUID("5d9a2d0f-1f5e-5f0a-8a57-0d3b7f8d2c11")
CLOCK_TICK = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Act:
    """A command and the day that it is given on."""

    on: date
    command_id: UUID
    command: c.PlanCommand


@dataclass(frozen=True, slots=True)
class Part:
    """What one plan plays: its script's steps, the pace of all else, and a text for reasons."""

    plan: str
    why: TextRef
    steps: tuple[Step, ...] = ()
    pace: Pace = field(default_factory=Pace)
    follows: bool = True
    """False: nothing happens that the script does not say."""

    def command_id(self, index: int) -> UUID:
        """The id of a scripted command, by which a later look sees that it was given."""
        return uuid5(ACT_NAMESPACE, f"{self.plan}/script/{index}")


def next_act(
    plan: Plan,
    part: Part,
    reference: Reference,
    today: date,
    until: date,
    refused: frozenset[UUID] = frozenset(),
) -> Act | None:
    """The next act on `today` or later; None when there is none until then.

    What the clock brings before it is reckoned with. `refused` acts are not tried again.
    """
    day = today
    while True:
        acts = [a for a in _acts(plan, part, reference, day) if a.command_id not in refused]
        act = min(acts, key=lambda each: each.on, default=None)
        turn = _next_turn(plan, part, reference, day)
        if act is not None and (turn is None or act.on < turn):
            return act if act.on <= until else None
        if turn is None or turn > until:
            return None
        plan, day = _passed(plan, turn, reference), turn


def _next_turn(plan: Plan, part: Part, reference: Reference, day: date) -> date | None:
    """The next day on which time alone changes what can be done."""
    days = [next_by_clock(plan, Context(day, reference))]
    days += [s.until for s in part.steps if isinstance(s, LeaveOut) and s.until > day]
    return min((each for each in days if each is not None), default=None)


def _passed(plan: Plan, day: date, reference: Reference) -> Plan:
    tick = c.Envelope(command_id=CLOCK_TICK, actor=c.CLOCK, body=c.PassTime())
    for event in decide(plan, tick, Context(day, reference)):
        plan = evolve(plan, event)
    return plan


def _acts(plan: Plan, part: Part, reference: Reference, day: date) -> Iterator[Act]:
    for index, step in enumerate(part.steps):
        command_id = part.command_id(index)
        if isinstance(step, CommandOn) and command_id not in plan.commands:
            yield Act(max(step.on, day), command_id, step.command)
    if not part.follows:
        return
    for expected in all_expected(plan, reference, day, part.why, part.pace):
        changed = _changed(plan, part, expected, reference, day)
        if changed is not None:
            yield Act(max(changed.on, day), _id_of(plan, part, changed), changed.command)


def _id_of(plan: Plan, part: Part, expected: Expected) -> UUID:
    name = f"{plan.version}/{expected.command.model_dump_json()}"
    return uuid5(ACT_NAMESPACE, f"{part.plan}/{name}")


def _changed(
    plan: Plan, part: Part, expected: Expected, reference: Reference, day: date
) -> Expected | None:
    """What the script makes of an expected act; None when it does not come (yet)."""
    changed: Expected | None = expected
    for step in part.steps:
        if changed is not None:
            changed = _by_step(plan, step, changed, reference, day)
    return changed


def _by_step(
    plan: Plan, step: Step, expected: Expected, reference: Reference, day: date
) -> Expected | None:
    command = expected.command
    match step, command:
        case Rule(), c.RecordDecision():
            return replace(expected, command=_ruled(plan, step, command))
        case LeaveOut(), c.FilePaper() if day < step.until:
            return _without(step.points, expected, command)
        case Commit(), c.RecordLbfCommitment():
            amount = step.amount_oere
            return replace(expected, command=command.model_copy(update={"amount_oere": amount}))
        case Refuse(), c.RecordLbfCommitment():
            number = command.document_number
            refusal = c.RecordLbfRefusal(document_number=number, reason=step.reason)
            return replace(expected, command=refusal)
        case Delay(), _ if command.type == step.what:
            return replace(expected, on=working_day_after(expected.on + timedelta(step.days)))
        case _:
            return _reported(plan, step, expected, reference)


def _ruled(plan: Plan, step: Rule, command: c.RecordDecision) -> c.RecordDecision:
    body = command.sitting.body
    met = {d.sitting.meeting_on for d in plan.decisions if d.sitting.body == body}
    met.discard(command.sitting.meeting_on)
    if body != step.body or len(met) + 1 != step.turn:
        return command
    rulings = tuple(
        step.ruling_of(ruling.point) if not step.points or ruling.point in step.points else ruling
        for ruling in command.rulings
    )
    return command.model_copy(update={"rulings": rulings})


def _without(points: tuple[str, ...], expected: Expected, command: c.FilePaper) -> Expected | None:
    kept = tuple(point for point in command.points if point not in points)
    if not kept:
        return None
    return replace(expected, command=command.model_copy(update={"points": kept}))


def _reported(plan: Plan, step: Step, expected: Expected, reference: Reference) -> Expected:
    command = expected.command
    match step, command:
        case ReportLate(), c.SubmitReport() if _is_about(step, command):
            if plan.report(step.year, step.artefact).returned_on is not None:
                return expected
            due = report_due(plan, step.year, step.artefact, reference.parameters)
            return replace(expected, on=working_day_after(due + timedelta(days=step.days)))
        case ReportReturned(), c.AcceptReport() if _is_about(step, command):
            if plan.report(step.year, step.artefact).returned_on is not None:
                return expected
            returned = c.ReturnReport(
                year=step.year,
                artefact=step.artefact,
                remarks=step.remarks,
                answer_by=step.answer_by,
            )
            return replace(expected, command=returned)
        case _:
            return expected


def _is_about(step: ReportLate | ReportReturned, command: c.SubmitReport | c.AcceptReport) -> bool:
    return (step.year, step.artefact) == (command.year, command.artefact)
