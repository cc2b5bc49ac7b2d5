"""Answers: how does what was read reach the database? In one transaction, whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from domain.notices import Ledger
from domain.plan.commands import CLOCK
from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.codec import encode
from infrastructure.directory import PUT, Party
from infrastructure.event_store.records import Append, Companions, Group, canonical_json
from infrastructure.event_store.together import append_all
from infrastructure.importing.history import Entry, Flag, History
from infrastructure.importing.kept import stored
from infrastructure.importing.naming import RowName, Texts, ledger_id
from infrastructure.importing.reading import Row
from infrastructure.plans import notices_stream, plan_stream
from infrastructure.read_models import plan_row
from infrastructure.recording import Reminders, companions, reminders

PUT_TEXT = "insert into text (id, salt, body) values ($1, $2, $3)"
PUT_ROW = """
    insert into imported_row (plan, sheet, number, cells, texts) values ($1, $2, $3, $4, $5)
"""
PUT_FLAG = """
    insert into import_flag (stream, ordinal, sheet, number, on_day, code, facts)
    select $1, coalesce((select max(ordinal) from import_flag where stream = $1), 0) + 1,
        $2, $3, $4, $5, $6
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The installation's now, and who imports."""

    now: datetime
    recorded_at: datetime | None
    """None: the database's clock, in production."""
    actor: str


@dataclass(slots=True)
class Load:
    """Everything that one import writes."""

    reference: Sequence[Group] = ()
    registers: Sequence[Group] = ()
    histories: Sequence[History] = ()
    parties: Sequence[Party] = ()
    rows: list[tuple[RowName, Row]] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    ledgers: dict[str, Ledger] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """What one plan's history adds to the log."""

    plan: str
    groups: tuple[tuple[tuple[int, int], Group], ...]
    reminders: Group | None
    owes_mail: bool


def recordings(load: Load, reference: Reference, moment: Moment) -> list[Recording]:
    """The groups of every plan that has something new."""
    return [
        _recording(history, load.ledgers.get(history.rows.plan, Ledger()), reference, moment)
        for history in load.histories
        if history.entries
    ]


def _recording(history: History, ledger: Ledger, reference: Reference, moment: Moment) -> Recording:
    plan_id, plan = history.rows.plan, history.plan
    assert plan is not None
    learned = reminders(plan, ledger, reference, moment.now)
    rows = companions(plan_id, plan, learned, reference, moment.now)
    version = history.before.version if history.before else 0
    groups: list[tuple[tuple[int, int], Group]] = []
    for entry in history.entries:
        is_last = entry is history.entries[-1]
        group = _group(plan_id, entry, version, moment, (plan, rows) if is_last else None)
        groups.append((entry.order, group))
        version += len(entry.events)
    ledger_group = _ledger_group(plan_id, learned, moment) if learned.events else None
    return Recording(plan_id, tuple(groups), ledger_group, bool(rows.outbox))


def _group(
    plan_id: str,
    entry: Entry,
    version: int,
    moment: Moment,
    end: tuple[Plan, Companions] | None,
) -> Group:
    """An entry as a command of its own; the last of a plan brings its rows."""
    append = Append(
        stream=plan_stream(plan_id),
        expected_version=version,
        events=tuple(encode(event) for event in entry.events),
        state=plan_row(end[0]) if end else None,
    )
    return Group(
        command_id=entry.command_id,
        actor=CLOCK if entry.is_clock else moment.actor,
        appends=(append,),
        recorded_at=moment.recorded_at,
        recorded_on=entry.known_on,
        witnessed=False,
        companions=end[1] if end else Companions(),
    )


def _ledger_group(plan_id: str, learned: Reminders, moment: Moment) -> Group:
    """The reminders are promised now, and that is witnessed."""
    version = learned.before.version
    events = tuple(encode(event) for event in learned.events)
    return Group(
        command_id=ledger_id(plan_id, version),
        actor=CLOCK,
        appends=(Append(notices_stream(plan_id), version, events),),
        recorded_at=moment.recorded_at,
    )


def in_order(found: Iterable[Recording]) -> list[Group]:
    """Drafts, then the facts in the order of the file, then what the clock and the ledgers add."""
    found = list(found)
    facts = sorted(
        (pair for recording in found for pair in recording.groups), key=lambda pair: pair[0]
    )
    ledgers = [recording.reminders for recording in found if recording.reminders is not None]
    return [*(group for _, group in facts), *ledgers]


async def write(connection: asyncpg.Connection, load: Load, found: Sequence[Recording]) -> None:
    """One transaction. Raises Overtaken or UniqueViolationError when somebody else was there first."""
    groups = [*load.reference, *load.registers, *in_order(found)]
    kept = [
        (name.plan, name.sheet, name.number, *stored(row, name, load.texts))
        for name, row in load.rows
    ]
    async with connection.transaction(isolation="read_committed"):
        await connection.execute("set local statement_timeout = '120s'; set local timezone = 'UTC'")
        texts = [(i, salt, body) for i, (salt, body) in load.texts.fresh.items()]
        await connection.executemany(PUT_TEXT, texts)
        await connection.executemany(PUT_ROW, kept)
        await connection.executemany(PUT_FLAG, _flags(load.histories))
        await connection.executemany(PUT, [_party(party) for party in load.parties])
        if groups:
            await append_all(connection, groups)


def _flags(histories: Iterable[History]) -> list[tuple[object, ...]]:
    return [_flag(flag) for history in histories for flag in history.flags]


def _flag(flag: Flag) -> tuple[object, ...]:
    name = flag.name
    stream = plan_stream(name.plan)
    return (stream, name.sheet, name.number, flag.on, flag.code, canonical_json(flag.facts))


def _party(party: Party) -> tuple[object, ...]:
    return (
        party.id,
        party.kind,
        list(party.roles),
        party.body,
        party.name,
        party.email,
        party.digest,
        party.language,
        party.note,
    )
