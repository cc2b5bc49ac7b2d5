"""Answers: what became of each notice in a mail? One commit with the rows that it settles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from domain import notices
from domain.calendar import NOTICE_TIME, at
from domain.notices import Ledger, MailOutcome, MailRecorded
from domain.plan.state import Plan
from domain.tasks import party_of
from infrastructure.codec import encode
from infrastructure.event_store.records import (
    Append,
    Companions,
    Group,
    NoticeRow,
    OutboxRow,
    Recorded,
    Stale,
)
from infrastructure.event_store.writer import Writer
from infrastructure.mail.message import MAILS
from infrastructure.mail.owed import Owed
from infrastructure.plans import Plans, notices_stream, plan_stream
from infrastructure.read_models import (
    next_in_line,
    notice_rows,
    passed_on_rows,
    recipients,
    settled_outbox_rows,
)

COURIER = "courier"
MOST_TRIES = 50


@dataclass(frozen=True, slots=True)
class Settlement:
    """The same outcome of one mail for some rows."""

    mail: str
    outcome: MailOutcome
    rows: tuple[Owed, ...]


async def settle(
    plans: Plans,
    writer: Writer,
    settlements: Iterable[Settlement],
    day: date,
    *,
    is_virtual: bool,
) -> None:
    """Record outcomes, all or none; a ledger that moved meanwhile is read again.

    The same settlements recorded before are left alone.
    """
    found = [each for each in settlements if each.rows]
    if not found:
        return
    for attempt in range(MOST_TRIES):
        group, after = await _group(plans, found, day, is_virtual=is_virtual, is_fresh=attempt > 0)
        outcome = await writer.append(group)
        if isinstance(outcome, Recorded):
            for plan_id, (plan, ledger) in after.items():
                plans.remember(plan_id, plan, ledger)
        if not isinstance(outcome, Stale):
            return
    raise RuntimeError("a notice ledger moves faster than its mail can be recorded")


async def _group(
    plans: Plans, settlements: list[Settlement], day: date, *, is_virtual: bool, is_fresh: bool
) -> tuple[Group, dict[str, tuple[Plan, Ledger]]]:
    after: dict[str, tuple[Plan, Ledger]] = {}
    appends: list[Append] = []
    changed: list[NoticeRow] = []
    outbox: list[OutboxRow] = []
    for plan_id in sorted({owed.plan for each in settlements for owed in each.rows}):
        plan = await plans.load(plan_id)
        if plan is None:
            continue
        before = ledger = await plans.ledger(plan_id, is_fresh=is_fresh)
        stream = plan_stream(plan_id)
        events: list[MailRecorded] = []
        for event in _events(plan_id, plan, settlements, ledger, day):
            ledger = notices.evolve(ledger, event)
            events.append(event)
            outbox += settled_outbox_rows(stream, ledger, event, plan)
            outbox += passed_on_rows(stream, ledger, event, plan)
        encoded = tuple(encode(event) for event in events)
        appends.append(Append(notices_stream(plan_id), before.version, encoded))
        touched = dict.fromkeys(i for event in events for i in event.notices)
        changed += notice_rows(stream, ledger, touched)
        after[plan_id] = (plan, ledger)
    name = "|".join(sorted(f"{each.mail}/{each.outcome}" for each in settlements))
    group = Group(
        command_id=uuid5(MAILS, name),
        actor=COURIER,
        appends=tuple(appends),
        recorded_at=at(day, NOTICE_TIME) if is_virtual else None,
        companions=Companions(notices=tuple(changed), outbox=tuple(outbox)),
    )
    return group, after


def _events(
    plan_id: str, plan: Plan, settlements: list[Settlement], ledger: Ledger, day: date
) -> Iterable[MailRecorded]:
    """One event for each mail, party and person told instead."""
    for settlement in settlements:
        parted: dict[tuple[str, str | None], list[str]] = {}
        for owed in settlement.rows:
            if owed.plan != plan_id or owed.notice.id not in ledger.entries:
                continue
            passed_to = _next(plan, owed, ledger, settlement.outcome)
            parted.setdefault((owed.party, passed_to), []).append(owed.notice.id)
        for (party, passed_to), ids in parted.items():
            yield MailRecorded(
                on=day,
                mail=settlement.mail,
                party=party,
                outcome=settlement.outcome,
                notices=tuple(ids),
                passed_to=passed_to,
            )


def _next(plan: Plan, owed: Owed, ledger: Ledger, outcome: MailOutcome) -> str | None:
    """The first in line who has not been told of this notice anyway."""
    if outcome not in (MailOutcome.BOUNCED, MailOutcome.NO_ADDRESS):
        return None
    entry = ledger.entries[owed.notice.id]
    told = {owed.party, *entry.outcomes, *recipients(plan, entry.notice)}
    line = (party_of(plan, role, owed.notice.body) for role in next_in_line(owed.role))
    return next((party for party in line if party is not None and party not in told), None)
