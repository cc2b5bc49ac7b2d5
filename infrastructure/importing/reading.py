"""Answers: which rows do a folder, a CSV file or a JSON file hold, cell by cell?"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.reference import KINDS
from infrastructure.importing.cells import Cell
from infrastructure.importing.columns import PARTS, SHEETS, Sheet
from infrastructure.importing.faults import BadCell, Faults, Place

FORMULA = ("=", "+", "@")
CPR = re.compile(r"\b(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d-\d{4}\b")
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
WHOLE = frozenset(
    {
        "file_too_large",
        "not_utf8",
        "not_json",
        "json_shape",
        "json_not_a_list",
        "json_not_an_object",
        "mixed_separators",
        "bad_csv",
        "column_twice",
        "column_missing",
        "unknown_file",
        "twice_in_folder",
        "cells_differ",
    }
)
"""Faults by which rows are missing whose ids are not known."""
MOST_BYTES = 64 * 1024 * 1024
MOST_CHARACTERS = 20_000
REFERENCE_KINDS = tuple(kind for kind in KINDS if kind != "meetings")


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of a row as they stand in the file, and what they say."""

    place: Place
    cells: Mapping[str, Cell]
    values: Mapping[str, Any]


@dataclass(slots=True)
class Files:
    """All that was read; a sheet that no file holds is not a key."""

    sheets: dict[str, list[Row]] = field(default_factory=dict)
    reference: dict[str, tuple[Place, Any]] = field(default_factory=dict)
    spoiled: set[tuple[str, str]] = field(default_factory=set)
    """Sheet and id of rows with a bad cell: what is said about them elsewhere is no fault."""
    is_unread: bool = False
    """A whole file could not be read, so that rows elsewhere cannot be judged by it."""

    def rows(self, sheet: str) -> list[Row]:
        return self.sheets.get(sheet, [])


def read(path: Path, faults: Faults) -> Files:
    """Everything in a folder, or one file of it. What is wrong goes to `faults`."""
    files = Files()
    if path.is_dir():
        _read_folder(path, files, faults)
    elif path.is_file():
        _read_single(path, files, faults)
    else:
        faults.add(Place(path.name), "", "no_such_file")
    files.is_unread = any(fault.code in WHOLE for fault in faults.found)
    if not files.sheets and not files.reference and not faults.found:
        faults.add(Place(path.name), "", "nothing_here", known=", ".join(_known_names()))
    return files


def _known_names() -> list[str]:
    return [f"{sheet}.csv" for sheet in PARTS] + ["reference/"]


def _read_folder(folder: Path, files: Files, faults: Faults) -> None:
    for path in sorted([*folder.iterdir(), *sorted((folder / "reference").glob("*"))]):
        if path.is_dir() or path.suffix.lower() not in (".csv", ".json"):
            continue
        in_reference = path.parent != folder
        name = f"reference/{path.name}" if in_reference else path.name
        expected = REFERENCE_KINDS if in_reference else PARTS
        stem = path.stem
        if in_reference and stem == "meetings":
            _read_sheet(path, name, stem, files, faults)
        elif stem not in expected or (in_reference and path.suffix == ".csv"):
            known = ", ".join((*expected, "meetings") if in_reference else expected)
            faults.add(Place(name), "", "unknown_file", known=known)
        elif in_reference:
            _read_reference(path, name, stem, files, faults)
        else:
            _read_sheet(path, name, stem, files, faults)


def _read_sheet(path: Path, name: str, stem: str, files: Files, faults: Faults) -> None:
    if stem in files.sheets:
        faults.add(Place(name), "", "twice_in_folder", sheet=stem)
        return
    files.sheets[stem] = []
    text = _decoded(path, name, faults)
    if text is None:
        return
    if path.suffix.lower() == ".csv":
        files.sheets[stem] = list(_csv_rows(text, name, SHEETS[stem], files, faults))
    else:
        data = _json(text, name, faults)
        if data is not None:
            files.sheets[stem] = list(_json_rows(data, name, SHEETS[stem], files, faults))


def _read_single(path: Path, files: Files, faults: Faults) -> None:
    text = _decoded(path, path.name, faults)
    if text is None:
        return
    if path.suffix.lower() == ".csv":
        sheet = SHEETS.get(path.stem) or _recognised(text)
        if sheet is None:
            faults.add(Place(path.name), "", "unknown_file", known=", ".join(SHEETS))
        else:
            files.sheets[sheet.name] = list(_csv_rows(text, path.name, sheet, files, faults))
    elif path.stem in REFERENCE_KINDS:
        _read_reference(path, path.name, path.stem, files, faults)
    else:
        _read_bundle(_json(text, path.name, faults), path, files, faults)


def _recognised(text: str) -> Sheet | None:
    """The kind of file that a header belongs to, when the file has another name."""
    header = {name.strip() for name in re.split("[,;]", text.partition("\n")[0])}
    return next(
        (s for s in SHEETS.values() if header <= set(s.columns) and set(s.needed) <= header), None
    )


def _read_bundle(data: Any, path: Path, files: Files, faults: Faults) -> None:
    if isinstance(data, list) and path.stem in SHEETS:
        data = {path.stem: data}
    if not isinstance(data, dict):
        if data is not None:
            faults.add(Place(path.name), "", "json_shape", known=", ".join(PARTS))
        return
    for key, rows in data.items():
        if key in SHEETS:
            sheet = SHEETS[key]
            files.sheets[key] = list(_json_rows(rows, f"{path.name}#{key}", sheet, files, faults))
        else:
            faults.add(Place(path.name), str(key), "unknown_part", known=", ".join(PARTS))


def _read_reference(path: Path, name: str, kind: str, files: Files, faults: Faults) -> None:
    text = _decoded(path, name, faults)
    data = _json(text, name, faults) if text is not None else None
    if data is not None:
        files.reference[kind] = (Place(name), data)


def _decoded(path: Path, name: str, faults: Faults) -> str | None:
    if path.stat().st_size > MOST_BYTES:
        faults.add(Place(name), "", "file_too_large", most=MOST_BYTES // (1024 * 1024))
        return None
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        faults.add(Place(name, line), "", "not_utf8")
        return None


def _json(text: str, name: str, faults: Faults) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        faults.add(Place(name, error.lineno), "", "not_json", detail=error.msg)
    except (ValueError, RecursionError) as error:
        faults.add(Place(name), "", "not_json", detail=str(error))
    return None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _csv_rows(text: str, name: str, sheet: Sheet, files: Files, faults: Faults) -> Iterator[Row]:
    first = text.partition("\n")[0]
    if "," in first and ";" in first:
        faults.add(Place(name, 1), "", "mixed_separators")
        return
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True
    )
    header: list[str] = []
    line = 1
    try:
        for record in reader:
            if not header:
                header = _header([cell.strip() for cell in record], name, sheet, faults)
                if not header:
                    return
            elif any(cell.strip() for cell in record):
                yield from _record(header, record, Place(name, line), sheet, files, faults)
            line = reader.line_num + 1
    except csv.Error as error:
        faults.add(Place(name, line), "", "bad_csv", detail=str(error))


def _header(header: list[str], name: str, sheet: Sheet, faults: Faults) -> list[str]:
    """The header, or nothing when its rows could not be told apart."""
    before = len(faults.found)
    for column in header:
        if column not in sheet.columns:
            known = ", ".join(sheet.columns)
            faults.add(Place(name, 1), column or "-", "unknown_column", known=known)
    for column in sorted({each for each in header if header.count(each) > 1}):
        faults.add(Place(name, 1), column, "column_twice")
    for column in sheet.needed:
        if column not in header:
            faults.add(Place(name, 1), column, "column_missing")
    return header if len(faults.found) == before else []


def _record(
    header: list[str],
    record: list[str],
    place: Place,
    sheet: Sheet,
    files: Files,
    faults: Faults,
) -> Iterator[Row]:
    if len(record) != len(header):
        faults.add(place, "", "cells_differ", found=len(record), wanted=len(header))
        return
    cells = {column: cell.strip() for column, cell in zip(header, record, strict=True)}
    row = _row(
        {column: cell for column, cell in cells.items() if cell}, place, sheet, files, faults
    )
    if row is not None:
        yield row


def _json_rows(data: Any, name: str, sheet: Sheet, files: Files, faults: Faults) -> Iterator[Row]:
    if not isinstance(data, list):
        faults.add(Place(name), "", "json_not_a_list")
        return
    for number, each in enumerate(data, 1):
        place = Place(name, number)
        if not isinstance(each, dict):
            faults.add(place, "", "json_not_an_object")
            continue
        cells = {column: _json_cell(value) for column, value in each.items()}
        bad = [column for column, value in cells.items() if value is None]
        for column in bad:
            faults.add(place, column, "json_not_text")
        if not bad:
            row = _row({c: v for c, v in cells.items() if v}, place, sheet, files, faults)
            if row is not None:
                yield row


def _json_cell(value: Any) -> Cell | None:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(part.strip() for part in value)
    return None


def _row(
    cells: Mapping[str, Any], place: Place, sheet: Sheet, files: Files, faults: Faults
) -> Row | None:
    """The row, or None when one of its cells cannot be read."""
    before = len(faults.found)
    values: dict[str, Any] = {}
    for column, cell in cells.items():
        parse = sheet.columns.get(column)
        if parse is None:
            known = ", ".join(sheet.columns)
            faults.add(place, column, "unknown_column", known=known)
            continue
        try:
            _check(cell, column)
            values[column] = parse(cell)
        except BadCell as bad:
            faults.add(place, column, bad.code, **bad.facts)
    for column in sheet.needed:
        if column not in cells:
            faults.add(place, column, "cell_missing")
    if len(faults.found) == before:
        return Row(place, cells, values)
    files.spoiled.add((sheet.name, str(cells.get(sheet.needed[0], ""))))
    return None


def _check(cell: Cell, column: str) -> None:
    for text in (cell,) if isinstance(cell, str) else cell:
        if text.startswith(FORMULA):
            raise BadCell("formula", value=text[:20])
        if ODD.search(text.replace("\r\n", "\n")):
            raise BadCell("odd_character")
        if "\n" in text and column != "text":
            raise BadCell("line_break")
        if len(text) > MOST_CHARACTERS:
            raise BadCell("too_long", most=MOST_CHARACTERS)
        if CPR.search(text):
            raise BadCell("cpr_number")
