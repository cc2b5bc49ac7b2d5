"""Answers: what is recorded beside a plan's own events: reminders, tasks, rows, and when to look?

Activities and the import record through these functions, so both write the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import notices
from domain.calendar import NOTICE_TIME, at, local_day
from domain.deadlines import deadlines
from domain.notices import Ledger, LedgerEvent, NoticesFellDue
from domain.plan.context import Context
from domain.plan.life import next_by_clock
from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.event_store.records import Companions
from infrastructure.plans import plan_stream
from infrastructure.read_models import notice_rows, outbox_rows, task_rows


@dataclass(frozen=True, slots=True)
class Reminders:
    """A ledger before and after what it must learn."""

    before: Ledger
    after: Ledger
    events: tuple[LedgerEvent, ...]


def reminders(plan: Plan, ledger: Ledger, reference: Reference, now: datetime) -> Reminders:
    """What the ledger must learn because of the plan's state and the time."""
    today = local_day(now)
    wanted = notices.promised(deadlines(plan, reference, today), reference)
    events = list(notices.reconcile(ledger, wanted, today))
    after = _evolved(ledger, events)
    due = list(notices.fall_due(after, now))
    return Reminders(ledger, _evolved(after, due), (*events, *due))


def _evolved(ledger: Ledger, events: Sequence[LedgerEvent]) -> Ledger:
    for event in events:
        ledger = notices.evolve(ledger, event)
    return ledger


def companions(
    plan_id: str, plan: Plan, learned: Reminders, reference: Reference, now: datetime
) -> Companions:
    """The rows that go with a plan's events and its reminders."""
    stream = plan_stream(plan_id)
    before, after = learned.before, learned.after
    due = [i for e in learned.events if isinstance(e, NoticesFellDue) for i in e.notices]
    changed = [i for i in after.entries if after.entries[i] is not before.entries.get(i)]
    return Companions(
        tasks=task_rows(plan, reference),
        tasks_of=stream,
        notices=notice_rows(stream, after, changed),
        outbox=outbox_rows(stream, plan, [after.entries[i].notice for i in due], local_day(now)),
    )


def next_moment(plan: Plan, ledger: Ledger, reference: Reference, now: datetime) -> datetime | None:
    """When the plan must be looked at again because time has passed."""
    moments = [notices.next_moment(ledger)]
    day = next_by_clock(plan, Context(local_day(now), reference))
    if day is not None:
        moments.append(at(day, NOTICE_TIME))
    return min((moment for moment in moments if moment is not None), default=None)
