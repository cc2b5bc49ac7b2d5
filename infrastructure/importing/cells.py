"""Answers: what does one cell say? Strictly: what could mean two things is a fault."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from infrastructure.importing.faults import BadCell

Cell = str | tuple[str, ...]
"""A text, or a list where the file (JSON) has one."""

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DANISH = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
KRONER = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))?")
NUMBER = re.compile(r"-?\d+(?:,\d+)?")
WHOLE = re.compile(r"\d{1,9}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
POINT = re.compile(r"[a-z0-9][a-z0-9/-]{0,63}")
DOCUMENT = re.compile(r"\d{4}-\d{1,9}")
VOTE = re.compile(r"(.{1,200}) (\d{1,5})-(\d{1,5})(?:-(\d{1,5}))?")
YEARS = range(1900, 2200)


def one(cell: Cell) -> str:
    """The text of a cell that holds one thing."""
    if isinstance(cell, str):
        return cell
    raise BadCell("list_not_expected")


def as_date(cell: Cell) -> date:
    """`2013-10-01`, or `01-10-2013` as a Danish spreadsheet writes it."""
    text = one(cell)
    if found := ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := DANISH.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise BadCell("not_a_date", value=text)
    if int(year) not in YEARS:
        raise BadCell("no_such_day", value=text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadCell("no_such_day", value=text) from error


def as_oere(cell: Cell) -> int:
    """`12.000.000,00`, `12000000,00` or `12000000`, in øre."""
    text = one(cell)
    found = KRONER.fullmatch(text)
    if found is None or not text.isascii() or len(text) > 20:
        raise BadCell("not_kroner", value=text)
    whole, rest = found.groups()
    return int(whole.replace(".", "")) * 100 + int(rest or 0)


def as_decimal(cell: Cell) -> Decimal:
    """`62,5` or `62`."""
    text = one(cell)
    if not NUMBER.fullmatch(text) or not text.isascii():
        raise BadCell("not_a_number", value=text)
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise BadCell("not_a_number", value=text) from error


def as_whole(cell: Cell) -> int:
    return int(_matching(WHOLE, "not_whole", cell))


def as_slug(cell: Cell) -> str:
    return _matching(SLUG, "not_an_id", cell)


def as_point(cell: Cell) -> str:
    return _matching(POINT, "not_a_point", cell)


def as_document(cell: Cell) -> str:
    return _matching(DOCUMENT, "not_a_document", cell)


def as_label(cell: Cell) -> str:
    """A short text that everybody may read."""
    text = one(cell)
    if len(text) > 200:
        raise BadCell("too_long", most=200)
    return text


def as_text(cell: Cell) -> str:
    return one(cell)


def _matching(pattern: re.Pattern[str], code: str, cell: Cell) -> str:
    text = one(cell)
    if not pattern.fullmatch(text) or not text.isascii():
        raise BadCell(code, value=text)
    return text


def ids(cell: Cell) -> tuple[str, ...]:
    """A list of ids or names, parted by semicolons."""
    return _parts(cell, ";")


def texts(cell: Cell) -> tuple[str, ...]:
    """A list of texts, parted by upright strokes; an empty one keeps its place."""
    if isinstance(cell, tuple):
        return cell
    return tuple(part.strip() for part in cell.split("|"))


def _parts(cell: Cell, separator: str) -> tuple[str, ...]:
    parts = cell if isinstance(cell, tuple) else tuple(p.strip() for p in cell.split(separator))
    if "" in parts:
        raise BadCell("empty_part", separator=separator)
    if len(set(parts)) != len(parts):
        twice = next(part for part in parts if parts.count(part) > 1)
        raise BadCell("named_twice", value=twice)
    return parts


def slugs(cell: Cell) -> tuple[str, ...]:
    return tuple(as_slug(part) for part in ids(cell))


def points(cell: Cell) -> tuple[str, ...]:
    """Point ids, or `*` or `contract` in their place."""
    found = ids(cell)
    if "*" in found and len(found) > 1:
        raise BadCell("star_stands_alone")
    return tuple(part if part == "*" else as_point(part) for part in found)


def labels(cell: Cell) -> tuple[str, ...]:
    return tuple(as_label(part) for part in ids(cell))


def words(*known: str) -> Callable[[Cell], tuple[str, ...]]:
    """A list of which each part is one of the known words."""

    def parse(cell: Cell) -> tuple[str, ...]:
        found = ids(cell)
        for part in found:
            if part not in known:
                raise BadCell("unknown_word", value=part, known=", ".join(known))
        return found

    return parse


def votes(cell: Cell) -> tuple[tuple[str, int, int, int], ...]:
    """`Liste 1 4-0-1|Liste 2 0-3-0`: name, for, against, abstained."""
    found = []
    for part in texts(cell):
        matched = VOTE.fullmatch(part)
        if matched is None:
            raise BadCell("not_votes", value=part)
        name, in_favour, against, abstained = matched.groups()
        found.append((name, int(in_favour), int(against), int(abstained or 0)))
    return tuple(found)


def places(cell: Cell) -> tuple[tuple[str, date], ...]:
    """`tmu 2013-10-21;oeu 2013-10-29`: bodies and their meetings."""
    return tuple(_with_day(part, "not_a_place") for part in ids(cell))


def _with_day(part: str, code: str) -> tuple[str, date]:
    body, _, day = part.rpartition(" ")
    if not SLUG.fullmatch(body):
        raise BadCell(code, value=part)
    return body, as_date(day)


def party_and_day(cell: Cell) -> tuple[str, date]:
    """`Liste 2 2013-10-04`: who demanded a statement, and when its reasons are due."""
    party, _, day = one(cell).rpartition(" ")
    if not party or not (ISO.fullmatch(day) or DANISH.fullmatch(day)):
        raise BadCell("not_a_minority", value=one(cell))
    return as_label(party), as_date(day)


def decisions(cell: Cell) -> tuple[tuple[str, date, str | None], ...]:
    """`tmu/2013-09-16#money`: body, day of the meeting, and the point if one is named."""
    found = []
    for part in ids(cell):
        meeting, _, point = part.partition("#")
        body, _, day = meeting.partition("/")
        if not SLUG.fullmatch(body):
            raise BadCell("not_a_decision", value=part)
        found.append((body, as_date(day), as_point(point) if point else None))
    return tuple(found)


def amendments(cell: Cell) -> tuple[tuple[bool, str], ...]:
    """`carried: Punkt 2 udgår`: whether it was carried, and the text."""
    found = []
    for part in texts(cell):
        word, _, text = part.partition(":")
        if word not in ("carried", "lost") or not text.strip():
            raise BadCell("not_an_amendment", value=part)
        found.append((word == "carried", text.strip()))
    return tuple(found)
