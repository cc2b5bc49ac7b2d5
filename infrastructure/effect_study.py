"""Answers: what may CFBU have for studying effects? Tables about plans, never about persons [S7]."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.disclosure import is_small
from domain.plan.progress import council_approved_on, phase
from domain.plan.reports import last_day
from domain.plan.state import Plan
from domain.reference import Reference

Cell = str | int | Decimal | date | bool | None
Plans = Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, and what the data dictionary says of it."""

    name: str
    type: str
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Study:
    """What a data set was made from."""

    as_of: date
    known_at: date
    forecast: bool
    limit: int
    position: int
    head: str


PLAN = Column("plan", "id", "planens id", "id of the plan")

PLANS = (
    PLAN,
    Column("title", "text", "titel", "title"),
    Column("area", "id", "byområde", "area"),
    Column("vulnerable_area", "bool", "et af de udsatte byområder", "one of the vulnerable areas"),
    Column("state", "code", "tilstand på dagen", "state on the day"),
    Column("lead", "id", "ledende boligorganisation", "lead housing organisation"),
    Column("organisations", "int", "antal boligorganisationer", "number of organisations"),
    Column("estates", "int", "antal afdelinger", "number of estates"),
    Column("regimes", "ids", "Landsbyggefondens regulativ(er)", "regime(s) of LBF"),
    Column("start", "date", "første dag", "first day"),
    Column("end", "date", "sidste dag", "last day"),
    Column("submitted_on", "date", "indsendt til politisk behandling", "submitted"),
    Column("council_approved_on", "date", "godkendt af BR", "approved by BR"),
    Column("committed_on", "date", "tilsagn fra Landsbyggefonden", "LBF's commitment"),
    Column("started_on", "date", "begyndt", "started"),
    Column("budget_oere", "int", "samlet ramme i øre", "whole frame in øre"),
    Column("committed_oere", "int", "Landsbyggefondens tilsagn i øre", "LBF's commitment in øre"),
    Column("spent_oere", "int", "brugt i alt efter slutregnskab, øre", "spent, by final account"),
    Column("predecessor", "id", "forgænger", "predecessor"),
    Column("successor", "id", "efterfølger", "successor"),
)
ESTATES = (PLAN, Column("estate", "text", "boligafdeling", "housing estate"))
INTERVENTION_AREAS = (
    PLAN,
    Column("intervention_area", "id", "indsatsområde", "intervention area"),
    Column("da", "text", "indsatsområdets navn", "its Danish name"),
    Column("regime", "id", "Landsbyggefondens regulativ", "regime of LBF"),
)
FUNDING = (
    PLAN,
    Column("source", "code", "finansieringskilde", "source of funding"),
    Column("name", "text", "kildens navn, hvis den er en anden", "name of another source"),
    Column("amount_oere", "int", "beløb i øre", "amount in øre"),
)
CRITERIA = (
    PLAN,
    Column("criterion", "id", "succeskriterium", "success criterion"),
    Column("goal", "id", "mål i politikken", "goal of the policy"),
    Column("indicator", "text", "det, der måles", "what is measured"),
    Column("unit", "text", "enhed", "unit"),
    Column("measure", "code", "baseline eller target", "baseline or target"),
    Column("value", "decimal", "værdi; tom, hvis skjult", "value; empty when suppressed"),
    Column("is_suppressed", "bool", "skjult: for få personer", "suppressed: too few persons"),
)
REPORTS = (
    PLAN,
    Column("year", "int", "kalenderår", "calendar year"),
    Column("artefact", "code", "del af redegørelsen", "part of the report"),
    Column("submitted_on", "date", "sendt til Landsbyggefonden", "sent to LBF"),
    Column("returned_on", "date", "sendt retur", "returned"),
    Column("accepted_on", "date", "godkendt af Landsbyggefonden", "accepted by LBF"),
)
DECISIONS = (
    PLAN,
    Column("body", "id", "organ", "body"),
    Column("meeting_on", "date", "mødedag", "day of the meeting"),
    Column("point", "id", "punkt i beslutningspakken", "point of the package"),
    Column("outcome", "code", "resultat", "outcome"),
)


def tables(plans: Plans, reference: Reference, study: Study) -> tuple[Table, ...]:
    """The data set of the plans that BR has approved, and its dictionary."""
    approved = {name: p for name, p in plans.items() if council_approved_on(p) is not None}
    made: list[Table] = []
    for name, columns, rows in _TABLES:
        found = (
            (plan_id, *cells)
            for plan_id, plan in approved.items()
            for cells in rows(plan, reference, study)
        )
        made.append(Table(name, columns, tuple(found)))
    return (*made, _dictionary(made), _about(study))


def _plan(plan: Plan, reference: Reference, _study: Study) -> Iterator[Sequence[Cell]]:
    content = plan.content
    area = reference.area_by_id.get(content.area)
    known = reference.intervention_by_id
    regimes = sorted({known[i].regime for i in content.intervention_areas if i in known})
    yield (
        content.title,
        content.area,
        area is not None and area.vulnerable,
        phase(plan),
        content.lead,
        len(content.organisations),
        len(content.estates),
        ";".join(regimes),
        content.period.start,
        last_day(plan),
        plan.submitted_on,
        council_approved_on(plan),
        plan.committed_on,
        plan.started_on,
        content.budget_oere,
        plan.committed_oere,
        plan.spent_oere,
        content.predecessor,
        plan.successor,
    )


def _estates(plan: Plan, _reference: Reference, _study: Study) -> Iterator[Sequence[Cell]]:
    for estate in plan.content.estates:
        yield (estate,)


def _intervention_areas(
    plan: Plan, reference: Reference, _study: Study
) -> Iterator[Sequence[Cell]]:
    for each in plan.content.intervention_areas:
        found = reference.intervention_by_id.get(each)
        yield (each, found.da if found else None, found.regime if found else None)


def _funding(plan: Plan, _reference: Reference, _study: Study) -> Iterator[Sequence[Cell]]:
    for part in plan.content.funding:
        yield (part.source, part.name, part.amount_oere)


def _criteria(plan: Plan, _reference: Reference, study: Study) -> Iterator[Sequence[Cell]]:
    for each in plan.content.criteria:
        named = (each.id, each.goal, each.indicator, each.unit)
        for measure, value in (("baseline", each.baseline), ("target", each.target)):
            hidden = is_small(value, each.unit, study.limit)
            yield (*named, measure, None if hidden else value, hidden)


def _reports(plan: Plan, _reference: Reference, _study: Study) -> Iterator[Sequence[Cell]]:
    for key, report in sorted(plan.reports.items()):
        year, _, artefact = key.partition("/")
        days = (report.submitted_on, report.returned_on, report.accepted_on)
        if any(days):
            yield (int(year), artefact, *days)


def _decisions(plan: Plan, _reference: Reference, _study: Study) -> Iterator[Sequence[Cell]]:
    """As corrected, without what a new decision replaced; a closed item goes nowhere."""
    replaced = {each.supersedes for each in plan.decisions}
    for each in plan.decisions:
        sitting, ruling = each.sitting, each.ruling
        if not sitting.is_closed_item and each.id not in replaced:
            yield (sitting.body, sitting.meeting_on, ruling.point, ruling.outcome)


_Rows = Callable[[Plan, Reference, Study], Iterator[Sequence[Cell]]]
_TABLES: tuple[tuple[str, tuple[Column, ...], _Rows], ...] = (
    ("plans", PLANS, _plan),
    ("estates", ESTATES, _estates),
    ("intervention_areas", INTERVENTION_AREAS, _intervention_areas),
    ("funding", FUNDING, _funding),
    ("criteria", CRITERIA, _criteria),
    ("reports", REPORTS, _reports),
    ("decisions", DECISIONS, _decisions),
)


def _dictionary(made: Sequence[Table]) -> Table:
    columns = (
        Column("table", "id", "tabel", "table"),
        Column("column", "id", "kolonne", "column"),
        Column("type", "code", "art", "type"),
        Column("da", "text", "betydning på dansk", "meaning in Danish"),
        Column("en", "text", "betydning på engelsk", "meaning in English"),
    )
    rows = tuple((t.name, c.name, c.type, c.da, c.en) for t in made for c in t.columns)
    return Table("dictionary", columns, rows)


def _about(study: Study) -> Table:
    columns = (
        Column("key", "id", "oplysning", "what"),
        Column("value", "text", "værdi", "value"),
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        ("as_of", study.as_of.isoformat()),
        ("known_at", study.known_at.isoformat()),
        ("forecast", str(study.forecast).lower()),
        ("small_cell_limit", str(study.limit)),
        ("log_position", str(study.position)),
        ("log_head", study.head),
        ("plans", "approved by BR by the day; closed agenda items are left out"),
        ("suppression", "counts of persons from 1 up to the limit are empty, is_suppressed true"),
        ("csv_text", "a text that begins with = + - or @ is written with ' before it"),
    )
    return Table("about", columns, rows)
