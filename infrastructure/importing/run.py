"""Answers: what does an import of a folder add? Reads, judges and writes; starts no workflow."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from pydantic import JsonValue, ValidationError

from domain.calendar import local_day
from domain.notices import Ledger
from domain.plan.commands import CLOCK, OPERATOR
from domain.plan.state import Plan
from domain.reference import Reference
from domain.refusals import Refusal
from infrastructure.clock import utc_now
from infrastructure.directory import Directory, Parties, Party
from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.together import Overtaken
from infrastructure.importing.columns import SHEETS
from infrastructure.importing.content import Revision, content
from infrastructure.importing.facts import Fact
from infrastructure.importing.faults import Faults, Place
from infrastructure.importing.history import Flag, History, Rows
from infrastructure.importing.kept import COMPARED, Kept, load, new_rows
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Files, Row, read
from infrastructure.importing.registering import registrations
from infrastructure.importing.shapes import (
    Known,
    check_criterion,
    check_directory,
    check_fact,
    check_plan,
)
from infrastructure.importing.writing import Load, Moment, recordings, write
from infrastructure.installation import Installation
from infrastructure.plans import Plans, fold_ledger, fold_plan, notices_stream, plan_stream
from infrastructure.reference import Published, publications
from infrastructure.registers import OTHER_PLANS

MOST_REVISIONS = 1_000
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
    published = _published(files, base.reference, moment, today, faults)
    reference = published.reference
    if files.is_unread or any(f.place.file.startswith("reference") for f in faults.found):
        faults.raise_if_any()
    check_directory(files.rows("directory"), reference, faults)
    parties = _parties(files, base.parties, faults)
    kinds = {each.id: each.kind for each in base.parties.by_id.values()}
    kinds |= {each.id: each.kind for each in parties}
    spoiled = {sheet: {i for s, i in files.spoiled if s == sheet} for sheet in SHEETS}
    named = {row.values["plan"] for row in files.rows("plans")} | spoiled["plans"]
    known = Known(reference, kinds, base.plans | named, frozenset(spoiled["directory"]))
    loaded = Load(reference=published.groups, parties=parties, texts=Texts(base.kept.digests))
    loaded.registers = await registrations(files, reference, plans.reader, moment, faults)
    before = {plan: _Life() for plan in _mentioned(files)}
    for plan, life in before.items():
        if base.kept.of(plan, "plans"):
            stream = await plans.reader.stream(plan_stream(plan))
            life.plan = fold_plan(stream)
            life.decided = [e.type for e in stream if e.witnessed and e.actor != CLOCK]
            life.ledger = fold_ledger(await plans.reader.stream(notices_stream(plan)))
    judged = _judged(files, base, known, before, loaded, faults)
    for history in judged:
        history.fold(today)
    faults.raise_if_any()
    loaded.histories = judged
    loaded.ledgers = {plan: life.ledger for plan, life in before.items()}
    found = recordings(loaded, reference, moment)
    async with pool.acquire() as connection:
        await write(connection, loaded, found)
    return _told(judged, loaded, published, today, owes_mail=any(r.owes_mail for r in found))


@dataclass(slots=True)
class _Life:
    """A plan as the log has it."""

    plan: Plan | None = None
    decided: list[str] = field(default_factory=list)
    """What people have recorded in the system since it was imported."""
    ledger: Ledger = field(default_factory=Ledger)


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


def _published(
    files: Files, reference: Reference, moment: Moment, today: date, faults: Faults
) -> Published:
    contents: dict[str, JsonValue] = {kind: data for kind, (_, data) in files.reference.items()}
    if "meetings" in files.sheets:
        contents["meetings"] = _calendar(files.rows("meetings"), faults)
    published = Published(reference, (), ())
    done: dict[str, JsonValue] = {}
    for kind, data in contents.items():
        try:
            publications(reference, {kind: data}, today, moment.actor)
            done[kind] = data
        except Refusal as refusal:
            place = files.reference.get(kind, (Place(f"{kind}.csv"), None))[0]
            faults.add(place, "", refusal.code, **refusal.facts)
    if done:
        published = publications(reference, done, today, moment.actor, moment.recorded_at)
    bodies = published.reference.body_by_id
    for row in files.rows("meetings"):
        if row.values["body"] not in bodies:
            faults.add(row.place, "body", "unknown_body", body=row.values["body"])
    return published


def _calendar(rows: list[Row], faults: Faults) -> JsonValue:
    """Meeting days by body, ascending."""
    days: dict[str, dict[str, int]] = {}
    for row in rows:
        of_body = days.setdefault(row.values["body"], {})
        day = row.values["on"].isoformat()
        if day in of_body:
            faults.add(row.place, "on", "meeting_twice", line=of_body[day])
        of_body[day] = row.place.line
    calendar: dict[str, JsonValue] = {}
    for body, found in sorted(days.items()):
        calendar[body] = list[JsonValue](sorted(found))
    return calendar


def _parties(files: Files, known: Parties, faults: Faults) -> list[Party]:
    """Those that are new or corrected."""
    found = []
    for row in files.rows("directory"):
        values = row.values
        fields = ("id", "kind", "roles", "body", "name", "email", "digest", "note")
        try:
            party = Party.model_validate({n: values[n] for n in fields if n in values})
        except ValidationError as error:
            for each in error.errors():
                column = str(each["loc"][0]) if each["loc"] else ""
                faults.add(row.place, column, "not_valid", detail=each["msg"])
            continue
        if _differs(party, known.by_id.get(party.id)):
            found.append(party)
    return found


def _differs(party: Party, known: Party | None) -> bool:
    own = {"bounced_at", "erased_at", "language"}
    if known is None:
        return True
    if known.erased_at is not None:
        return False
    return party.model_dump(exclude=own) != known.model_dump(exclude=own)


def _judged(
    files: Files,
    base: _Base,
    known: Known,
    lives: Mapping[str, _Life],
    loaded: Load,
    faults: Faults,
) -> list[History]:
    """The plans whose rows can be folded; the others' faults are noted."""
    by_plan: dict[tuple[str, str], list[Row]] = {}
    orders = {id(row): order for order, row in enumerate(files.rows("facts"))}
    for sheet in COMPARED:
        for row in files.rows(sheet):
            by_plan.setdefault((row.values["plan"], sheet), []).append(row)
    found = []
    for order, (plan, life) in enumerate(lives.items()):
        own = {sheet: by_plan.get((plan, sheet), []) for sheet in COMPARED}
        before = len(faults.found)
        rows = _rows(plan, own, files, base, known, life, loaded, faults)
        if rows is not None and len(faults.found) == before:
            rows.order = order
            rows.orders = [orders.get(id(fact.row), -1) for fact in rows.facts]
            found.append(History(rows, known.reference, faults, life.plan))
    return found


def _rows(
    plan: str,
    own: dict[str, list[Row]],
    files: Files,
    base: _Base,
    known: Known,
    life: _Life,
    loaded: Load,
    faults: Faults,
) -> Rows | None:
    """A plan's rows: what was imported before, and what the files add to it."""
    first = next(row for sheet in COMPARED for row in own[sheet])
    kept = {sheet: base.kept.of(plan, sheet) for sheet in COMPARED}
    if plan in base.plans and not kept["plans"]:
        faults.add(first.place, "plan", "plan_in_system", plan=plan)
        return None
    if any((sheet, plan) in files.spoiled for sheet in COMPARED):
        for row in own["facts"]:
            check_fact(row, known, range(1, MOST_REVISIONS), faults)
        return None
    if not own["plans"] and not kept["plans"]:
        for sheet in COMPARED:
            for row in own[sheet]:
                faults.add(row.place, "plan", "plan_without_row", plan=plan)
        return None
    fresh = {
        sheet: new_rows(sheet, own[sheet], kept[sheet], plan, faults)
        if sheet in files.sheets
        else []
        for sheet in COMPARED
    }
    whole = {sheet: [each.row for each in kept[sheet]] + fresh[sheet] for sheet in COMPARED}
    if any(fresh.values()) and life.decided:
        facts = ", ".join(life.decided)
        place = next(row for sheet in COMPARED for row in fresh[sheet]).place
        faults.add(place, "", "decided_since", plan=plan, facts=facts)
    revisions = _revisions(plan, whole["plans"], whole["criteria"], faults)
    for row in fresh["plans"]:
        check_plan(row, known, faults)
    for row in fresh["criteria"]:
        check_criterion(row, known, revisions, faults)
        if row.values.get("revision", 1) <= len(kept["plans"]):
            faults.add(row.place, "revision", "criterion_late", plan=plan)
    for row in fresh["facts"]:
        check_fact(row, known, revisions, faults)
    contents = {}
    for number, revision in revisions.items():
        made = content(revision, loaded.texts, known.reference, faults)
        if made is not None:
            contents[number] = made
    names = {
        sheet: [RowName(plan, sheet, n) for n in range(1, len(whole[sheet]) + 1)]
        for sheet in COMPARED
    }
    for sheet in COMPARED:
        loaded.rows += list(zip(names[sheet], whole[sheet], strict=True))[len(kept[sheet]) :]
    filing = {number: revision.row for number, revision in revisions.items()}
    facts_of = [
        Fact(name, row, contents, filing, loaded.texts)
        for name, row in zip(names["facts"], whole["facts"], strict=True)
    ]
    return Rows(
        plan,
        filing,
        contents,
        facts_of,
        [],
        known_facts=len(kept["facts"]),
        draft=None if kept["plans"] else names["plans"][0],
    )


def _revisions(
    plan: str, rows: list[Row], criteria: list[Row], faults: Faults
) -> dict[int, Revision]:
    """The plan's rows by their number, each with its criteria or, without any, those before it."""
    found: dict[int, Revision] = {}
    own: tuple[Row, ...] = ()
    for number, row in enumerate(rows, 1):
        said = row.values.get("revision", 1)
        if said != number:
            faults.add(row.place, "revision", "revision_out_of_order", plan=plan, wanted=number)
            return found
        named = tuple(c for c in criteria if c.values.get("revision", 1) == number)
        own = named or own
        found[number] = Revision(RowName(plan, "plans", number), row, own)
    return found


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
        other_plans=tuple(OTHER_PLANS.name_of(g.appends[0].stream) for g in loaded.registers),
        owes_mail=owes_mail,
        today=today,
    )


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
