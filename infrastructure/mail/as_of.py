"""Answers: how did plans and their ledgers stand on a day, when it is only later told in mails?

A rehearsal or a demo that skips time drains its mail afterwards: what was met since must not
silence a reminder that was right on its day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from domain import notices
from domain.calendar import at
from domain.notices import Ledger
from domain.plan.evolve import evolve
from domain.plan.state import Plan
from infrastructure.codec import decode_ledger_event, decode_plan_event
from infrastructure.event_store.records import RecordedEvent
from infrastructure.mail.owed import Owed
from infrastructure.plans import Plans, notices_stream, plan_stream

NOON = time(12, 0)
"""After the morning's reminders, before the afternoon's decisions."""
NIGHT = time(23, 59)


@dataclass
class _History:
    """One plan's events that the day has not reached yet, in the order of the log."""

    plan: Plan | None = None
    ledger: Ledger = field(default_factory=Ledger)
    decisions: list[RecordedEvent] = field(default_factory=list)
    reminders: list[RecordedEvent] = field(default_factory=list)
    read: tuple[int, int] = (0, 0)
    """The versions read so far."""

    def move(self, moment: datetime) -> None:
        ready, self.decisions = _split(self.decisions, moment)
        for each in ready:
            self.plan = evolve(self.plan, decode_plan_event(each), each.command_id)
        ready, self.reminders = _split(self.reminders, moment)
        for each in ready:
            self.ledger = notices.evolve(self.ledger, decode_ledger_event(each))


def _split(
    events: list[RecordedEvent], moment: datetime
) -> tuple[list[RecordedEvent], list[RecordedEvent]]:
    ready = [each for each in events if each.recorded_at <= moment]
    return ready, [each for each in events if each.recorded_at > moment]


class AsOf:
    """Days may only be asked for in order."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._known: dict[str, _History] = {}

    async def states(
        self, rows: Iterable[Owed], day: date
    ) -> tuple[dict[str, Plan], dict[str, Ledger]]:
        """Plans and ledgers as the log had them at noon of a day.

        A reminder that a decision of the afternoon called for is told by what was known at night.
        """
        asked: dict[str, set[str]] = {}
        for owed in rows:
            asked.setdefault(owed.plan, set()).add(owed.notice.id)
        plans: dict[str, Plan] = {}
        ledgers: dict[str, Ledger] = {}
        for plan_id, notice_ids in asked.items():
            history = await self._read(plan_id)
            history.move(at(day, NOON))
            if not notice_ids <= history.ledger.entries.keys():
                history.move(at(day, NIGHT))
            if history.plan is not None:
                plans[plan_id], ledgers[plan_id] = history.plan, history.ledger
        return plans, ledgers

    async def _read(self, plan_id: str) -> _History:
        history = self._known.setdefault(plan_id, _History())
        plan, ledger = history.read
        reader = self._plans.reader
        if plan == 0:
            history.decisions += await reader.stream(plan_stream(plan_id))
        history.reminders += await reader.stream(notices_stream(plan_id), ledger)
        if history.reminders:
            ledger = max(ledger, history.reminders[-1].version)
        history.read = (1, ledger)
        return history
