"""Answers: how did each plan live, what was mailed, and what was missed?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from domain.deadlines import Deadline, deadlines
from domain.plan.events import PlanEvent
from domain.plan.evolve import evolve
from domain.plan.progress import phase
from domain.plan.state import OVER, Phase, Plan
from domain.reference import Reference
from infrastructure.codec import decode_plan_event
from infrastructure.event_store.records import RecordedEvent
from infrastructure.mail.accounting import unaccounted
from infrastructure.plans import Plans, plan_id_of, plan_stream
from rehearsal.driver import Played, Refused


@dataclass(frozen=True, slots=True)
class SentMail:
    """One notice as one recipient got it."""

    on: date
    to: str
    subject: str
    notice: str
    mail: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A notice that nobody accounted for, a deadline that passed, or an alarm that still rings."""

    plan: str
    kind: str
    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Life:
    """One plan from its entrance to its end, or to the last day."""

    plan: str
    title: str
    final_state: Phase
    reached_on: date
    events: tuple[PlanEvent, ...]
    mails: tuple[SentMail, ...]
    refused: tuple[Refused, ...]

    @property
    def is_finished(self) -> bool:
        return self.final_state in OVER


async def life(
    plans: Plans, played: Played, mails: Iterable[SentMail]
) -> tuple[Life, list[Missed]]:
    """A plan's life as its stream tells it."""
    recorded = await plans.reader.stream(plan_stream(played.plan))
    reference = await plans.reference()
    states = list(_states(recorded))
    last = states[-1][1]
    told = Life(
        plan=played.plan,
        title=last.content.title,
        final_state=phase(last),
        reached_on=played.reached_on,
        events=tuple(decode_plan_event(each) for each in recorded),
        mails=tuple(mails),
        refused=tuple(played.refused),
    )
    return told, [
        *_passed(played.plan, states, reference, played.reached_on),
        *_ringing(played.plan, last, reference, played.reached_on),
    ]


def _states(recorded: Sequence[RecordedEvent]) -> Iterator[tuple[date, Plan]]:
    """The plan at the end of each day on which something happened."""
    plan: Plan | None = None
    day: date | None = None
    for each in recorded:
        learned_on = max(each.recorded_on, each.valid_on)
        if plan is not None and day is not None and learned_on > day:
            yield day, plan
        plan = evolve(plan, decode_plan_event(each), each.command_id)
        day = max(day, learned_on) if day else learned_on
    if plan is not None and day is not None:
        yield day, plan


def _passed(
    plan_id: str, states: list[tuple[date, Plan]], reference: Reference, end: date
) -> Iterator[Missed]:
    """Deadlines that were still open the day after, by each state on its last day."""
    seen: set[tuple[str, date]] = set()
    lasts = [day - timedelta(days=1) for day, _ in states[1:]] + [end]
    for (_, plan), last in zip(states, lasts, strict=True):
        for deadline in deadlines(plan, reference, last):
            key = (deadline.key, deadline.due_on)
            if deadline.due_on < last and key not in seen:
                seen.add(key)
                yield Missed(plan_id, "deadline_passed", deadline.key, deadline.due_on)


def _ringing(plan_id: str, plan: Plan, reference: Reference, end: date) -> Iterator[Missed]:
    """What is overdue on the last day and would be alarmed about again and again."""
    if phase(plan) in OVER:
        return
    for deadline in deadlines(plan, reference, end):
        if deadline.due_on <= end and _rings(deadline, reference):
            yield Missed(plan_id, "alarm_ringing", deadline.key, deadline.due_on)


def _rings(deadline: Deadline, reference: Reference) -> bool:
    ladder = reference.ladder_by_kind.get(deadline.kind)
    return ladder is not None and ladder.urgent


async def not_accounted_for(pool: asyncpg.Pool, until: date) -> list[Missed]:
    """Notices of which nothing is known: always none, or something is broken."""
    return [
        Missed(plan_id_of(each.stream), "notice_due", each.notice, each.since)
        for each in await unaccounted(pool, until)
    ]
