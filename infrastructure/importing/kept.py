"""Answers: are a plan's rows those that were imported before, and which are new?"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from infrastructure.event_store import texts as text_table
from infrastructure.event_store.records import canonical_json
from infrastructure.importing.columns import SHEETS, TEXTS
from infrastructure.importing.faults import Faults, Place
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Row

READ = """
    select plan, sheet, number, cells::text, texts::text from imported_row
    where plan = any ($1) order by plan, sheet, number
"""
ERASED = "…"
"""Stands for a text that was erased: whatever the file says there is not compared."""
COMPARED = ("plans", "criteria", "facts")


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as it was imported; its texts are references."""

    row: Row
    erased: frozenset[str]
    """Columns of which a text was erased."""


@dataclass(slots=True)
class Kept:
    """The rows imported before, by plan and sheet, and the digests of their texts."""

    rows: dict[tuple[str, str], list[KeptRow]] = field(default_factory=dict)
    digests: dict[UUID, str] = field(default_factory=dict)

    def of(self, plan: str, sheet: str) -> list[KeptRow]:
        return self.rows.get((plan, sheet), [])


def text_items(value: Any) -> list[tuple[str, str]]:
    """The texts of a cell in order, each with the word that stands before it (of amendments)."""
    if isinstance(value, str):
        return [("", value)]
    return [
        ("carried" if part[0] else "lost", part[1]) if isinstance(part, tuple) else ("", part)
        for part in value
    ]


def stored(row: Row, name: RowName, texts: Texts) -> tuple[str, str]:
    """The row's cells as JSON, and beside them the references of its texts."""
    cells = {column: cell for column, cell in row.cells.items() if column not in TEXTS}
    references: dict[str, list[list[str]]] = {}
    for column in TEXTS & row.values.keys():
        references[column] = []
        for index, (word, body) in enumerate(text_items(row.values[column])):
            if not body:
                references[column].append([word, "", ""])
                continue
            ref = texts.ref(name, column, body, index)
            references[column].append([word, str(ref.id), ref.digest])
    return canonical_json(cells), canonical_json(references)


async def load(database: asyncpg.Connection | asyncpg.Pool, plans: Iterable[str]) -> Kept:
    """What was imported before of these plans."""
    kept = Kept()
    found = await database.fetch(READ, sorted(plans))
    references = [msgspec.json.decode(each["texts"]) for each in found]
    for columns in references:
        for parts in columns.values():
            kept.digests |= {UUID(i): d for _, i, d in parts if i}
    bodies = await text_table.get_many(database, list(kept.digests))
    for each, columns in zip(found, references, strict=True):
        row = _row(
            each["sheet"], each["number"], msgspec.json.decode(each["cells"]), columns, bodies
        )
        kept.rows.setdefault((each["plan"], each["sheet"]), []).append(row)
    return kept


def _row(
    sheet: str,
    number: int,
    cells: Mapping[str, Any],
    columns: Mapping[str, list[list[str]]],
    bodies: Mapping[UUID, str],
) -> KeptRow:
    parse = SHEETS[sheet].columns
    given = {c: tuple(v) if isinstance(v, list) else v for c, v in cells.items()}
    values = {column: parse[column](cell) for column, cell in given.items()}
    erased = set()
    for column, parts in columns.items():
        said = [(word, bodies.get(UUID(i), ERASED) if i else "") for word, i, _ in parts]
        if any(i and UUID(i) not in bodies for _, i, _ in parts):
            erased.add(column)
        values[column] = _as_parsed(column, said)
    return KeptRow(Row(Place(f"imported {sheet}", number), given, values), frozenset(erased))


def _as_parsed(column: str, said: list[tuple[str, str]]) -> Any:
    if column == "amendments":
        return tuple((word == "carried", body) for word, body in said)
    if column in ("goals_how", "statements", "reservations"):
        return tuple(body for _, body in said)
    return said[0][1]


def new_rows(
    sheet: str, rows: Sequence[Row], kept: Sequence[KeptRow], plan: str, faults: Faults
) -> list[Row]:
    """The rows that come after those imported before; a fault for each that differs from them."""
    faults_before = len(faults.found)
    old = [_compared(each.row.values, each.erased) for each in kept]
    erased = [each.erased for each in kept] + [frozenset()] * len(rows)
    new = [_compared(row.values, gone) for row, gone in zip(rows, erased, strict=False)]
    if new[: len(old)] == old:
        return list(rows[len(old) :])
    keys = (
        [repr(sorted(each.items())) for each in old],
        [repr(sorted(each.items())) for each in new],
    )
    whole = Place(rows[0].place.file if rows else f"{sheet}.csv")
    for what, a, b, c, d in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if what == "equal" or (what == "insert" and a == len(old)):
            continue
        for index in range(max(b - a, d - c)):
            i, j = a + index, c + index
            if i < b and j < d:
                _report_changes(rows[j], old[i], new[j], plan, i + 1, faults)
            elif i < b and keys[0][i] in keys[1]:
                faults.add(whole, "", "row_moved", plan=plan, number=i + 1, was=_line(old[i]))
            elif i < b:
                faults.add(whole, "", "row_missing", plan=plan, number=i + 1, was=_line(old[i]))
            elif i < len(old) and keys[1][j] not in keys[0]:
                faults.add(rows[j].place, "", "row_inserted", plan=plan, number=j + 1)
    if len(faults.found) == faults_before:
        faults.add(whole, "", "rows_differ", plan=plan)
    return []


def _compared(values: Mapping[str, Any], erased: frozenset[str]) -> dict[str, Any]:
    """What a row says, however it was written; texts that were erased are left out."""
    said = {column: value for column, value in values.items() if column not in erased}
    if said.get("revision") == 1:
        del said["revision"]
    if said.get("known_on") == said.get("on", said.get("drafted_on")):
        said.pop("known_on", None)
    return said


def _report_changes(
    row: Row, old: dict[str, Any], new: dict[str, Any], plan: str, number: int, faults: Faults
) -> None:
    for column in sorted(old.keys() | new.keys()):
        was, now = old.get(column), new.get(column)
        if was != now:
            facts = {"plan": plan, "number": number, "was": _cell(was), "now": _cell(now)}
            faults.add(row.place, column, "row_changed", **facts)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return "; ".join(_cell(part) for part in value)
    return str(value)


def _line(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{column} {_cell(value)}" for column, value in sorted(values.items()))
