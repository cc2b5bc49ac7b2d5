"""Reads the form of a whole meeting: one file, JSON or CSV, for all plans on the agenda."""

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from cli.deciding import COLUMNS, Stated, stated_from
from cli.problems import BadUsage

NAMESPACE = UUID("5b0ef38f-27a4-5d3e-8f6c-3a0a5ad3c55b")


@dataclass(frozen=True, slots=True)
class Line:
    """What the meeting decided about one plan (or about some of its points)."""

    plan: str
    stated: Stated


@dataclass(frozen=True, slots=True)
class Agenda:
    """The lines of one plan, in order, and the command id that they always have.

    The id follows from what is said, so that sending the same file again adds nothing.
    """

    plan: str
    lines: tuple[Line, ...]
    command_id: UUID = field(compare=False)


def read_form(text: str) -> list[Agenda]:
    """Raises BadUsage for a file that is no form; the rules judge each plan by itself."""
    rows = _json_rows(text) if text.lstrip().startswith(("{", "[")) else _csv_rows(text)
    by_plan: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows, start=1):
        unknown = sorted(set(row) - COLUMNS - {"plan"})
        if unknown or not row.get("plan"):
            wrong = ", ".join(unknown) or "plan"
            raise BadUsage(
                f"Række {number}: {wrong} mangler eller kendes ikke. Kolonner: plan,"
                f" {', '.join(sorted(COLUMNS))}.",
                f"Row {number}: {wrong} is missing or unknown. Columns: plan,"
                f" {', '.join(sorted(COLUMNS))}.",
                row=number,
            )
        by_plan.setdefault(str(row.pop("plan")), []).append(row)
    if not by_plan:
        raise BadUsage("Filen har ingen rækker.", "The file has no rows.")
    return [_agenda(plan, rows) for plan, rows in by_plan.items()]


def _agenda(plan: str, rows: list[dict[str, Any]]) -> Agenda:
    said = json.dumps([plan, rows], sort_keys=True, ensure_ascii=False)
    lines = tuple(Line(plan, stated_from(row)) for row in rows)
    return Agenda(plan, lines, uuid5(NAMESPACE, said))


def _json_rows(text: str) -> list[dict[str, Any]]:
    """`{"body", "meeting", …, "plans": [{"plan", "outcome", …}]}`, or the list of rows alone."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadUsage(
            f"Filen er ikke JSON: linje {error.lineno}, tegn {error.colno}.",
            f"The file is no JSON: line {error.lineno}, column {error.colno}.",
        ) from error
    shared = {k: v for k, v in found.items() if k != "plans"} if isinstance(found, dict) else {}
    rows = found.get("plans", []) if isinstance(found, dict) else found
    if not all(isinstance(row, dict) for row in rows):
        raise BadUsage("Hver plan skal være et objekt.", "Each plan must be an object.")
    return [shared | row for row in rows]


def _csv_rows(text: str) -> list[dict[str, Any]]:
    first = text.splitlines()[0] if text.strip() else ""
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    rows = [dict(row) for row in reader]
    if any(None in row for row in rows):
        raise BadUsage(
            "En række har flere celler end der er kolonner.", "A row has more cells than columns."
        )
    return rows
