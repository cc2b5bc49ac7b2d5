"""Answers: what does a row of `plans.csv`, with its criteria, say that the plan consists of?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from domain.calendar import default_end
from domain.plan.content import Content, Criterion, Funding, GoalSupport, Source
from domain.reference import Reference
from domain.values import Period, TextRef
from infrastructure.importing.faults import Faults
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Row

PARTS = {
    "lbf_kr": Source.LBF,
    "pool_kr": Source.POOL,
    "municipal_kr": Source.MUNICIPAL,
    "housing_organisation_kr": Source.HOUSING_ORGANISATION,
    "other_kr": Source.OTHER,
}


@dataclass(frozen=True, slots=True)
class Revision:
    """One row of `plans.csv` with the criteria that belong to it."""

    name: RowName
    row: Row
    criteria: tuple[Row, ...]

    @property
    def committees_reason(self) -> str | None:
        return self.row.values.get("committees_reason")


def content(
    revision: Revision, texts: Texts, reference: Reference, faults: Faults
) -> Content | None:
    """The plan as written, or None when the row contradicts itself."""
    before = len(faults.found)
    values = revision.row.values
    _check(revision, faults)
    if len(faults.found) > before:
        return None
    end = values.get("end") or default_end(values["start"], reference.parameters.usual_years)
    reason = values.get("period_reason")
    try:
        return Content(
            title=values["title"],
            case_number=values["case_number"],
            lead=values["lead"],
            organisations=values["organisations"],
            administrator=values.get("administrator"),
            case_officer=values["case_officer"],
            area=values["area"],
            estates=values["estates"],
            administrations=values.get("administrations", ()),
            period=Period(start=values["start"], end=end),
            period_reason=texts.ref(revision.name, "period_reason", reason) if reason else None,
            intervention_areas=values.get("intervention_areas", ()),
            goals=_goals(revision, texts),
            criteria=tuple(_criterion(row) for row in revision.criteria),
            budget_oere=values["budget_kr"],
            funding=_funding(values),
            predecessor=values.get("predecessor"),
        )
    except ValidationError as error:
        for each in error.errors():
            column = str(each["loc"][0]) if each["loc"] else ""
            faults.add(revision.row.place, column, "not_valid", detail=each["msg"])
        return None


def _check(revision: Revision, faults: Faults) -> None:
    row, values = revision.row, revision.row.values
    organisations: Sequence[str] = values["organisations"]
    if values["lead"] not in organisations:
        faults.add(row.place, "lead", "lead_not_among", organisations=", ".join(organisations))
    if "end" in values and values["end"] < values["start"]:
        faults.add(row.place, "end", "ends_before_start", start=values["start"])
    if len(values.get("goals_how", ())) > len(values.get("goals", ())):
        faults.add(row.place, "goals_how", "more_hows_than_goals")
    parts = [values[column] for column in PARTS if column in values]
    if parts and sum(parts) != values["budget_kr"]:
        total, budget = sum(parts), values["budget_kr"]
        faults.add(row.place, "budget_kr", "parts_differ", parts_oere=total, budget_oere=budget)
    if ("other_kr" in values) != ("other_name" in values):
        faults.add(row.place, "other_name", "other_half")
    if len({each.values["id"] for each in revision.criteria}) < len(revision.criteria):
        faults.add(revision.criteria[-1].place, "id", "criterion_twice")


def _goals(revision: Revision, texts: Texts) -> tuple[GoalSupport, ...]:
    hows: tuple[str, ...] = revision.row.values.get("goals_how", ())
    found = []
    for index, goal in enumerate(revision.row.values.get("goals", ())):
        body = hows[index] if index < len(hows) else ""
        how: TextRef | None = None
        if body:
            how = texts.ref(revision.name, "goals_how", body, index)
        found.append(GoalSupport(goal=goal, how=how))
    return tuple(found)


def _funding(values: Any) -> tuple[Funding, ...]:
    """The parts that give anything, in the order of the columns."""
    return tuple(
        Funding(
            source=source,
            amount_oere=values[column],
            name=values.get("other_name") if source is Source.OTHER else None,
        )
        for column, source in PARTS.items()
        if values.get(column)
    )


def _criterion(row: Row) -> Criterion:
    fields = ("id", "goal", "indicator", "unit", "baseline", "target")
    return Criterion(**{name: row.values[name] for name in fields})
