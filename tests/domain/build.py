"""What the domain tests are written with: a small city, a plan, and given/when/then."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

import pytest

from domain.plan import commands as c
from domain.plan.content import Content, Criterion, Funding, GoalSupport, Source
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.plan.decision import Outcome, Ruling, Sitting
from domain.plan.events import AgendaPlace, PlanEvent
from domain.plan.evolve import evolve
from domain.plan.state import Plan
from domain.reference import (
    Reference,
)
from domain.refusals import Refusal
from domain.values import Period, TextRef
from tests.domain.city import ALL, REFERENCE

MILLION_KR = 100_000_000
"""In øre."""
REASON = TextRef(id=UUID(int=1), digest="a" * 64)
OTHER_REASON = TextRef(id=UUID(int=2), digest="b" * 64)


# The plan: four years from 1 September 2013, 12 mio. kr., three points (no contract is possible).

FUNDING = (
    Funding(source=Source.LBF, amount_oere=9 * MILLION_KR),
    Funding(source=Source.POOL, amount_oere=MILLION_KR * 3 // 2),
    Funding(source=Source.HOUSING_ORGANISATION, amount_oere=MILLION_KR * 3 // 2),
)
CONTENT = Content(
    title="Hothers Plads",
    case_number="2012-1001",
    lead="lejerbo",
    organisations=("lejerbo", "aab"),
    administrator="kab",
    case_officer="p-0007",
    area="norrebro",
    estates=("Hothers Plads",),
    administrations=("tmf",),
    period=Period(start=date(2013, 9, 1), end=date(2017, 8, 31)),
    intervention_areas=("network",),
    goals=(GoalSupport(goal="goal-1"),),
    criteria=(
        Criterion(
            id="jobs",
            goal="goal-1",
            indicator="in work",
            unit="%",
            baseline=Decimal(41),
            target=Decimal(50),
        ),
    ),
    budget_oere=12 * MILLION_KR,
    funding=FUNDING,
)


def content(**changes: object) -> Content:
    """The plan's content with some fields otherwise; checked, as `model_copy` would not."""
    return Content.model_validate({**dict(CONTENT), **changes})


def period(start: date, end: date) -> Period:
    return Period(start=start, end=end)


# Commands.

DRAFT = c.Draft(on=date(2013, 1, 7), content=CONTENT)
SUBMIT = c.Submit(on=date(2013, 1, 14), committees=("tmu", "sud"), committees_reason=REASON)


def draft(**changes: object) -> c.Draft:
    return c.Draft(on=DRAFT.on, content=content(**changes))


def sitting(body: str, on: date, **fields: object) -> Sitting:
    return Sitting.model_validate({"body": body, "meeting_on": on, **fields})


def ruling(outcome: Outcome, point: str = "content", **fields: object) -> Ruling:
    """A ruling whose minutes give no reason, unless a reason is given or none is asked for."""
    if outcome is not Outcome.APPROVED and "reason" not in fields:
        fields = {"minutes_give_no_reason": True, **fields}
    return Ruling.model_validate({"point": point, "outcome": outcome, **fields})


def decided(
    body: str,
    on: date,
    outcome: Outcome = Outcome.APPROVED,
    points: tuple[str, ...] = ("content",),
    **fields: object,
) -> c.RecordDecision:
    """One body's same ruling on one or more points."""
    rulings = tuple(ruling(outcome, point, **fields) for point in points)
    return c.RecordDecision(sitting=sitting(body, on), rulings=rulings)


def again(command: c.RecordDecision) -> c.RecordDecision:
    """The body takes the point up again."""
    return command.model_copy(update={"is_new_decision": True})


def paper(*places: tuple[str, date], points: tuple[str, ...] = ALL[:3]) -> c.FilePaper:
    return c.FilePaper(
        document_number="2013-55",
        points=points,
        places=tuple(AgendaPlace(body=body, meeting_on=on) for body, on in places),
    )


THREE = ("content", "lbf", "money")
FORUM_YES = decided("forum-norrebro", date(2013, 2, 5))
TMU_YES = decided("tmu", date(2013, 3, 4), points=THREE)
SUD_YES = decided("sud", date(2013, 3, 6), points=THREE)
OEU_YES = decided("oeu", date(2013, 3, 26), points=THREE)
BR_YES = decided("br", date(2013, 4, 11), points=THREE)
SEND = c.SendToLbf(on=date(2013, 4, 18), document_number="2013-70")
COMMIT = c.RecordLbfCommitment(
    on=date(2013, 6, 3), amount_oere=9 * MILLION_KR, document_number="2013-71"
)

DRAFTED = (DRAFT,)
SUBMITTED = (*DRAFTED, SUBMIT)
AT_COMMITTEES = (*SUBMITTED, FORUM_YES)
AT_FINANCE = (*AT_COMMITTEES, TMU_YES, SUD_YES)
AT_COUNCIL = (*AT_FINANCE, OEU_YES)
APPROVED = (*AT_COUNCIL, BR_YES)
AT_LBF = (*APPROVED, SEND)
COMMITTED = (*AT_LBF, COMMIT)


def passed(day: date) -> c.PassTime:
    """The clock's command: the day has come."""
    return c.PassTime(on=day)


RUNNING = (*COMMITTED, passed(date(2013, 9, 1)))
EXPIRED = (*RUNNING, passed(date(2017, 9, 1)))


# Given, when, then.


def day_of(command: c.PlanCommand) -> date | None:
    """The day that a command is recorded, where it says so itself."""
    if isinstance(command, c.RecordDecision | c.CorrectEntry):
        return command.on or command.sitting.meeting_on
    return command.on


def _envelope(command: c.PlanCommand, number: int, version: int | None = None) -> c.Envelope:
    return c.Envelope(command_id=UUID(int=number), body=command, expected_version=version)


@cache
def history(
    *commands: c.PlanCommand,
) -> tuple[tuple[PlanEvent, UUID], ...]:
    """The events of commands, each recorded on its own day; the same commands are decided once."""
    *earlier, last = commands
    before = history(*earlier) if earlier else ()
    plan = replay(before)
    envelope = _envelope(last, 1000 + len(commands))
    events = decide(plan, envelope, Context(_today(last, plan), REFERENCE))
    return (*before, *((event, envelope.command_id) for event in events))


def replay(events: Iterable[tuple[PlanEvent, UUID]]) -> Plan | None:
    plan: Plan | None = None
    for event, command_id in events:
        plan = evolve(plan, event, command_id)
    return plan


def given(*commands: c.PlanCommand) -> Plan:
    """The plan after commands, each of which the rules allowed on its day."""
    plan = replay(history(*commands))
    assert plan is not None
    return plan


def when(
    command: c.PlanCommand,
    plan: Plan | None,
    *,
    today: date | None = None,
    reference: Reference = REFERENCE,
) -> list[PlanEvent]:
    """The events that a command brings, and the proof that the same command brings them once."""
    envelope = _envelope(command, _next_id(plan), plan.version if plan else 0)
    context = Context(today or _today(command, plan), reference)
    events = decide(plan, envelope, context)
    assert decide(after(events, plan), envelope, context) == []
    return events


def after(events: Iterable[PlanEvent], plan: Plan | None) -> Plan:
    """The plan after the events of `when`; a command without events leaves it as it was."""
    command_id = UUID(int=_next_id(plan))
    for event in events:
        plan = evolve(plan, event, command_id)
    assert plan is not None
    return replace(plan, commands=plan.commands | {command_id})


def _next_id(plan: Plan | None) -> int:
    return 10_000 + (len(plan.commands) if plan else 0)


def then(
    command: c.PlanCommand,
    plan: Plan | None,
    *,
    today: date | None = None,
    reference: Reference = REFERENCE,
) -> Plan:
    """The plan after one more command."""
    return after(when(command, plan, today=today, reference=reference), plan)


def refused(
    code: str,
    command: c.PlanCommand,
    plan: Plan | None,
    *,
    today: date | None = None,
    reference: Reference = REFERENCE,
    version: int | None = None,
) -> dict[str, object]:
    """The facts of the refusal, which must be the one named."""
    context = Context(today or _today(command, plan), reference)
    with pytest.raises(Refusal) as caught:
        decide(plan, _envelope(command, 8, version), context)
    assert caught.value.code == code, caught.value
    return dict(caught.value.facts)


def _today(command: c.PlanCommand, plan: Plan | None) -> date:
    days = [day for day in (day_of(command), plan.last_on if plan else None) if day is not None]
    return max(days, default=date(2013, 1, 1))


def days(count: int) -> timedelta:
    return timedelta(days=count)
