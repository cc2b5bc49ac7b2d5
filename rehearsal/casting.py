"""Answers: which plans play, and how does each come on? Copies them from another log.

What is copied is reference data, directory and streams; texts stay where they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

import asyncpg

from domain.calendar import DECISION_TIME, at, local_day
from domain.plan.asof import as_of
from domain.plan.commands import Draft
from domain.plan.events import PlanDrafted
from domain.plan.progress import council_approved_on, phase
from domain.plan.state import OVER, Plan
from domain.reference import KINDS
from domain.values import TextRef
from infrastructure.codec import decode_plan_event
from infrastructure.directory import Directory
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import (
    Append,
    Companions,
    Group,
    NewEvent,
    RecordedEvent,
    StateRow,
)
from infrastructure.plans import fold_ledger, fold_plan, notices_stream, plan_stream
from infrastructure.read_models import notice_rows, plan_row
from rehearsal.acts import Part
from rehearsal.driver import Entrance
from rehearsal.house import House
from rehearsal.script import Script

COPY_NAMESPACE = UUID("e0f3f1d2-7a0c-5f0d-9d55-1f0e1b6a3c02")
MORNING = time(8, 0)
"""Plans that are under way come on before the day's notices."""
AFTERMATH = timedelta(days=3 * 365)
"""How long after its last day a plan may still owe something."""
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """A log to take plans from, and what to take of it."""

    reader: Reader
    pool: asyncpg.Pool
    plans: frozenset[str] | None = None
    """None: all."""
    known_on: date | None = None
    """Facts that were known on this day are kept; None: each plan begins with its draft."""
    running_on: date | None = None
    """Only plans that BR approved and whose period holds this day, by all that is recorded."""


async def cast(source: Source, house: House, script: Script, why: TextRef) -> list[Entrance]:
    """Copies what is needed into the house; the entrances by plan."""
    await _copy_reference(source, house)
    await _copy_directory(source, house)
    found: list[Entrance] = []
    for plan in await chosen(source):
        events = await source.reader.stream(plan_stream(plan))
        part = Part(plan, why, script.steps_of(plan), script.pace)
        entrance = await _entrance(source, house, part, events)
        if entrance is not None:
            found.append(entrance)
    return found


async def chosen(source: Source) -> list[str]:
    """The ids of the plans that play."""
    rows = await source.pool.fetch(
        "select stream from state_row where kind = 'plan' order by stream"
    )
    ids = [row["stream"].removeprefix("plan/") for row in rows]
    ids = [each for each in ids if source.plans is None or each in source.plans]
    if source.running_on is None:
        return ids
    return [each for each in ids if await _ran(source, each, source.running_on)]


async def _ran(source: Source, plan_id: str, day: date) -> bool:
    recorded = await source.reader.stream(plan_stream(plan_id))
    plan = as_of(((decode_plan_event(each), each.command_id) for each in recorded), day)
    if plan is None:
        return False
    approved_on, period = council_approved_on(plan), plan.content.period
    return approved_on is not None and period.start <= day <= period.end


async def _copy_reference(source: Source, house: House) -> None:
    for kind in KINDS:
        stream = f"reference/{kind}"
        await _append(house, [(stream, await source.reader.stream(stream))])


async def _copy_directory(source: Source, house: House) -> None:
    parties = (await Directory(source.pool).read()).by_id.values()
    directory = Directory(house.pool)
    await directory.put(parties)
    for party in parties:
        if party.bounced_at is not None:
            await directory.mark_bounced(party.id, party.bounced_at)


async def _entrance(
    source: Source,
    house: House,
    part: Part,
    recorded: list[RecordedEvent],
) -> Entrance | None:
    known_on = source.known_on
    kept = _until(recorded, known_on) if known_on is not None else []
    if not kept:
        drafted = decode_plan_event(recorded[0])
        if not isinstance(drafted, PlanDrafted):
            return None
        draft = Draft(content=drafted.content)
        return Entrance(part, at(drafted.on, DECISION_TIME), draft)
    plan = fold_plan(kept)
    if plan is None or known_on is None or phase(plan) in OVER:
        return None
    notices = _until(await source.reader.stream(notices_stream(part.plan)), known_on)
    ledger = fold_ledger(notices)
    stream = plan_stream(part.plan)
    rows = Companions(notices=notice_rows(stream, ledger, ledger.entries))
    await _append(house, [(stream, kept), (notices_stream(part.plan), notices)], rows)
    return Entrance(part, at(known_on, MORNING))


def _until(recorded: list[RecordedEvent], day: date) -> list[RecordedEvent]:
    """The beginning of a stream: all that was known on a day, in the order that it was learned."""
    kept: list[RecordedEvent] = []
    for each in recorded:
        if each.recorded_on > day or each.valid_on > day:
            break
        kept.append(each)
    return kept


async def _append(
    house: House,
    streams: Iterable[tuple[str, list[RecordedEvent]]],
    companions: Companions | None = None,
) -> None:
    appends = tuple(
        Append(
            stream,
            0,
            tuple(NewEvent(each.type, each.data, each.valid_on) for each in events),
            _state(stream, events),
        )
        for stream, events in streams
        if events
    )
    if appends:
        group = Group(
            command_id=uuid5(COPY_NAMESPACE, appends[0].stream),
            actor="rehearsal",
            appends=appends,
            recorded_at=BEFORE_ALL,
            witnessed=False,
            companions=companions or Companions(),
        )
        await house.writer.append(group)


def _state(stream: str, events: list[RecordedEvent]) -> StateRow | None:
    is_plan = stream.startswith("plan/") and not stream.endswith("/notices")
    plan = fold_plan(events) if is_plan else None
    return plan_row(plan) if plan is not None else None


def end_of(entrances: Iterable[Entrance], plans: Iterable[Plan]) -> date:
    """When the last of them is closed at the latest, with much to spare."""
    starts = [local_day(each.starts_at) for each in entrances]
    drafted = [e.draft.content.period.end for e in entrances if e.draft is not None]
    return max([*starts, *drafted, *(plan.content.period.end for plan in plans)]) + AFTERMATH
