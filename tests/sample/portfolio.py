"""Reads the sample's files plainly, so that its figures are counted apart from the program."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.reference import KINDS, Reference

FOLDER = Path(__file__).parents[2] / "examples" / "koebenhavn"
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def oere(cell: str) -> int:
    """A strict reading of `12.000.000,00`; an empty cell is nothing."""
    if not cell:
        return 0
    whole, _, rest = cell.partition(",")
    groups = whole.split(".")
    assert all(len(group) == 3 for group in groups[1:]), cell
    assert len(rest) == 2, cell
    return int("".join(groups)) * 100 + int(rest)


def listed(cell: str) -> list[str]:
    return [each for each in cell.split(";") if each]


def day(cell: str) -> date:
    return date.fromisoformat(cell)


@dataclass(frozen=True)
class Sample:
    """All rows of the sample, and the few things that tests count by."""

    plans: list[Row]
    revisions: list[Row]
    criteria: list[Row]
    facts: list[Row]
    directory: list[Row]
    meetings: dict[str, list[date]]
    reference: Reference

    def facts_of(self, plan: str, *kinds: str) -> list[Row]:
        return [f for f in self.facts if f["plan"] == plan and (not kinds or f["fact"] in kinds)]

    def council_day(self, plan: str, known_at: date = date.max) -> date | None:
        """The day on which BR approved the plan's content."""
        for fact in self.facts_of(plan, "decision_recorded"):
            names_content = {"*", "content"} & set(listed(fact["points"]))
            if fact["body"] == "br" and fact["outcome"] == "approved" and names_content:
                known = day(fact["known_on"] or fact["on"])
                return day(fact["on"]) if known <= known_at else None
        return None

    def last_day(self, plan: Row) -> date:
        extended = self.facts_of(plan["plan"], "plan_extended")
        return day(extended[-1]["until"] if extended else plan["end"])

    def running_on(self, when: date) -> list[Row]:
        """The plans that BR approved and whose period holds the day."""
        return [
            plan
            for plan in self.plans
            if self.council_day(plan["plan"]) is not None
            and day(plan["start"]) <= when <= self.last_day(plan)
        ]


def _reference() -> Reference:
    meetings: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows_of("reference/meetings.csv"):
        meetings[row["body"]].append(row["on"])
    data: dict[str, object] = {
        kind: json.loads((FOLDER / "reference" / f"{kind}.json").read_text(encoding="utf-8"))
        for kind in KINDS
        if kind != "meetings"
    }
    return Reference.model_validate(data | {"meetings": meetings})


def read_sample() -> Sample:
    reference = _reference()
    every = rows_of("plans.csv")
    return Sample(
        plans=[row for row in every if row["revision"] in ("", "1")],
        revisions=every,
        criteria=rows_of("criteria.csv"),
        facts=rows_of("facts.csv"),
        directory=rows_of("directory.csv"),
        meetings={body: list(days) for body, days in reference.meetings.items()},
        reference=reference,
    )
