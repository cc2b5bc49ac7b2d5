"""Answers: what does an import of a folder add? Reads, judges and writes; starts no workflow."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from domain.calendar import local_day
from domain.plan.commands import CLOCK, OPERATOR
from domain.reference import Reference
from infrastructure.clock import utc_now
from infrastructure.command_service import Aggregate
from infrastructure.directory import Directory, Parties
from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.together import Overtaken
from infrastructure.importing.columns import SHEETS
from infrastructure.importing.evaluating import evaluations
from infrastructure.importing.faults import Faults
from infrastructure.importing.history import Flag, History
from infrastructure.importing.kept import COMPARED, Kept, load
from infrastructure.importing.naming import Texts
from infrastructure.importing.plan_rows import Judging, Life
from infrastructure.importing.reading import Files, read
from infrastructure.importing.registering import registrations
from infrastructure.importing.shapes import (
    Known,
    check_directory,
)
from infrastructure.importing.standing_data import parties_of, published_by
from infrastructure.importing.writing import Load, Moment, recordings, write
from infrastructure.installation import Installation
from infrastructure.plans import Plans, fold_ledger, fold_plan, notices_stream, plan_stream
from infrastructure.reference import Published
from infrastructure.registers import EVALUATIONS, OTHER_PLANS

TRIES = 5
"""Times that others may be first before an import gives up."""


class Installed(Protocol):
    """Where to import into: its database, by the application's role, and what it is."""

    @property
    def pool(self) -> asyncpg.Pool: ...
    @property
    def installation(self) -> Installation: ...


@dataclass(frozen=True, slots=True)
class Access:
    """The least that an import needs."""

    pool: asyncpg.Pool
    installation: Installation


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """What was added to one plan."""

    plan: str
    is_new: bool
    rows: int
    events: int
    version: int
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added. Plans that were there already, unchanged, are `unchanged`."""

    plans: tuple[ImportedPlan, ...] = ()
    unchanged: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    """Added or corrected."""
    reference: tuple[str, ...] = ()
    """Kinds that got a new version: every plan has to look again."""
    other_plans: tuple[str, ...] = ()
    """Registered."""
    evaluations: tuple[str, ...] = ()
    """The years that something was added to."""
    owes_mail: bool = False
    today: date = date.min
    seconds: float = 0.0

    @property
    def events(self) -> int:
        return sum(plan.events for plan in self.plans)

    @property
    def new_plans(self) -> tuple[str, ...]:
        """They need a run."""
        return tuple(plan.plan for plan in self.plans if plan.is_new)

    @property
    def changed_plans(self) -> tuple[str, ...]:
        """Their runs must look again; after new reference data every plan's must."""
        return tuple(plan.plan for plan in self.plans if not plan.is_new)

    @property
    def flags(self) -> tuple[Flag, ...]:
        return tuple(flag for plan in self.plans for flag in plan.flags)


@dataclass(slots=True)
class _Base:
    """What the database holds before the import."""

    reference: Reference
    parties: Parties
    plans: frozenset[str]
    kept: Kept


async def import_path(
    path: Path, access: Installed, *, actor: str = OPERATOR, now: datetime | None = None
) -> Imported:
    """Import a folder or file. Raises Faulty, with every fault, before anything is written.

    `now` is for callers who hold the installation's clock themselves (tests, rehearsals).
    """
    began = time.monotonic()
    installation = access.installation
    now = now or installation.now(utc_now())
    moment = Moment(now, now if installation.is_virtual else None, actor)
    faults = Faults()
    files = read(path, faults)
    for attempt in range(TRIES):
        try:
            imported = await _import(files, access.pool, moment, Faults(list(faults.found)))
        except (Overtaken, asyncpg.UniqueViolationError) as error:
            if attempt == TRIES - 1:
                raise StoreUnavailable(f"others keep importing or deciding: {error}") from error
        else:
            return replace(imported, seconds=time.monotonic() - began)
    raise AssertionError


async def _import(files: Files, pool: asyncpg.Pool, moment: Moment, faults: Faults) -> Imported:
    today = local_day(moment.now)
    plans = Plans(Reader(pool))
    base = await _base(files, pool, plans)
    published = published_by(files, base.reference, moment, today, faults)
    reference = published.reference
    if files.is_unread or any(f.place.file.startswith("reference") for f in faults.found):
        faults.raise_if_any()
    check_directory(files.rows("directory"), reference, faults)
    parties = parties_of(files, base.parties, faults)
    kinds = {each.id: each.kind for each in base.parties.by_id.values()}
    kinds |= {each.id: each.kind for each in parties}
    spoiled = {sheet: {i for s, i in files.spoiled if s == sheet} for sheet in SHEETS}
    named = {row.values["plan"] for row in files.rows("plans")} | spoiled["plans"]
    known = Known(reference, kinds, base.plans | named, frozenset(spoiled["directory"]))
    loaded = Load(reference=published.groups, parties=parties, texts=Texts(base.kept.digests))
    loaded.registers = [
        *await registrations(files, reference, plans.reader, moment, faults),
        *await evaluations(files, reference, plans.reader, moment, faults),
    ]
    before = {plan: Life() for plan in _mentioned(files)}
    for plan, life in before.items():
        if base.kept.of(plan, "plans"):
            stream = await plans.reader.stream(plan_stream(plan))
            life.plan = fold_plan(stream)
            life.decided = [e.type for e in stream if e.witnessed and e.actor != CLOCK]
            life.ledger = fold_ledger(await plans.reader.stream(notices_stream(plan)))
    judging = Judging(files, base.kept, base.plans, known, loaded, faults)
    judged = judging.histories(before)
    for history in judged:
        history.fold(today)
    faults.raise_if_any()
    loaded.histories = judged
    loaded.ledgers = {plan: life.ledger for plan, life in before.items()}
    found = recordings(loaded, reference, moment)
    async with pool.acquire() as connection:
        await write(connection, loaded, found)
    return _told(judged, loaded, published, today, owes_mail=any(r.owes_mail for r in found))


async def _base(files: Files, pool: asyncpg.Pool, plans: Plans) -> _Base:
    mentioned = set(_mentioned(files))
    named = mentioned | {
        row.values[column]
        for sheet, column in (("plans", "predecessor"), ("facts", "subject"))
        for row in files.rows(sheet)
        if column in row.values
    }
    streams = await pool.fetch(
        "select stream from state_row where stream = any ($1)",
        [plan_stream(plan) for plan in named],
    )
    return _Base(
        reference=await plans.reference(),
        parties=await Directory(pool).read(),
        plans=frozenset(row["stream"].removeprefix("plan/") for row in streams),
        kept=await load(pool, mentioned),
    )


def _mentioned(files: Files) -> list[str]:
    """The plans that any row is about, in the order of the files."""
    found = [row.values["plan"] for sheet in COMPARED for row in files.rows(sheet)]
    return list(dict.fromkeys(found))


def _told(
    histories: list[History],
    loaded: Load,
    published: Published,
    today: date,
    *,
    owes_mail: bool,
) -> Imported:
    rows: dict[str, int] = {}
    for name, _ in loaded.rows:
        rows[name.plan] = rows.get(name.plan, 0) + 1
    changed = [h for h in histories if h.entries or rows.get(h.rows.plan)]
    return Imported(
        plans=tuple(_plan_told(history, rows) for history in changed),
        unchanged=tuple(h.rows.plan for h in histories if h not in changed),
        parties=tuple(party.id for party in loaded.parties),
        reference=published.kinds,
        other_plans=_streams(loaded, OTHER_PLANS),
        evaluations=_streams(loaded, EVALUATIONS),
        owes_mail=owes_mail,
        today=today,
    )


def _streams(loaded: Load, aggregate: Aggregate[Any, Any, Any]) -> tuple[str, ...]:
    """The names of one kind that something was added to."""
    streams = dict.fromkeys(group.appends[0].stream for group in loaded.registers)
    named = (aggregate.name_of(s) for s in streams if s.startswith(aggregate.stream("")))
    return tuple(named)


def _plan_told(history: History, rows: Mapping[str, Any]) -> ImportedPlan:
    assert history.plan is not None
    return ImportedPlan(
        plan=history.rows.plan,
        is_new=history.before is None,
        rows=rows.get(history.rows.plan, 0),
        events=sum(len(entry.events) for entry in history.entries),
        version=history.plan.version,
        flags=tuple(history.flags),
    )
