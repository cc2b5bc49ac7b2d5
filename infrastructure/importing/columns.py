"""Answers: which columns may a row have, and which must it? The tables of docs/import.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.evaluation import Assessment, Side
from domain.other_plan import OtherPlanKind
from domain.plan.decision import Outcome
from domain.plan.events import Artefact, PrequalificationPart
from infrastructure.importing import cells
from infrastructure.importing.cells import Cell

Parse = Callable[[Cell], Any]

TEXTS = frozenset(
    {
        "period_reason",
        "goals_how",
        "committees_reason",
        "text",
        "condition",
        "correction",
        "amendments",
        "statements",
        "reservations",
    }
)
"""Columns that go into the text table: the log and the rows kept for comparison hold references."""

STAR = "*"
ARTEFACTS = tuple(each.value for each in Artefact)


def _revision(cell: Cell) -> int:
    return cells.as_whole(cell)


def _word(*known: str) -> Parse:
    several = cells.words(*known)

    def parse(cell: Cell) -> str:
        return several((cells.one(cell),))[0]

    return parse


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of file: its columns, and those that every row fills."""

    name: str
    columns: Mapping[str, Parse]
    needed: tuple[str, ...]


PLANS = Sheet(
    "plans",
    {
        "plan": cells.as_slug,
        "revision": _revision,
        "title": cells.as_label,
        "case_number": cells.as_document,
        "lead": cells.as_slug,
        "organisations": cells.slugs,
        "administrator": cells.as_slug,
        "case_officer": cells.as_slug,
        "area": cells.as_slug,
        "estates": cells.labels,
        "administrations": cells.slugs,
        "start": cells.as_date,
        "end": cells.as_date,
        "period_reason": cells.as_text,
        "intervention_areas": cells.slugs,
        "goals": cells.slugs,
        "goals_how": cells.texts,
        "budget_kr": cells.as_oere,
        "lbf_kr": cells.as_oere,
        "pool_kr": cells.as_oere,
        "municipal_kr": cells.as_oere,
        "housing_organisation_kr": cells.as_oere,
        "other_kr": cells.as_oere,
        "other_name": cells.as_label,
        "route": cells.as_slug,
        "committees": cells.slugs,
        "committees_reason": cells.as_text,
        "predecessor": cells.as_slug,
        "drafted_on": cells.as_date,
        "known_on": cells.as_date,
    },
    (
        "plan",
        "title",
        "case_number",
        "lead",
        "organisations",
        "case_officer",
        "area",
        "estates",
        "start",
        "budget_kr",
    ),
)
CRITERIA = Sheet(
    "criteria",
    {
        "plan": cells.as_slug,
        "revision": _revision,
        "id": cells.as_slug,
        "goal": cells.as_slug,
        "indicator": cells.as_label,
        "unit": cells.as_label,
        "baseline": cells.as_decimal,
        "target": cells.as_decimal,
    },
    ("plan", "id", "goal", "indicator", "unit", "baseline", "target"),
)
FACTS = Sheet(
    "facts",
    {
        "plan": cells.as_slug,
        "fact": cells.as_text,
        "on": cells.as_date,
        "known_on": cells.as_date,
        "body": cells.as_slug,
        "points": cells.points,
        "outcome": cells.ids,
        "subject": cells.as_slug,
        "about": cells.decisions,
        "places": cells.places,
        "until": cells.as_date,
        "amount_kr": cells.as_oere,
        "year": cells.as_whole,
        "artefact": cells.words(*ARTEFACTS, STAR),
        "revision": _revision,
        "route": cells.as_slug,
        "committees": cells.slugs,
        "votes": cells.votes,
        "flags": cells.ids,
        "agenda_item": cells.as_label,
        "case_number": cells.as_document,
        "document_number": cells.as_document,
        "recused": cells.slugs,
        "seat": cells.as_label,
        "text": cells.as_text,
        "condition": cells.as_text,
        "amendments": cells.amendments,
        "statements": cells.texts,
        "reservations": cells.texts,
        "minority": cells.party_and_day,
        "call_in": cells.as_label,
        "correction": cells.as_text,
    },
    ("plan", "fact", "on"),
)
DIRECTORY = Sheet(
    "directory",
    {
        "id": cells.as_slug,
        "kind": _word("organisation", "administrator", "person", "secretariat", "office"),
        "roles": cells.words("case_officer", "head_of_office", "secretary"),
        "body": cells.as_slug,
        "name": cells.as_label,
        "email": cells.as_label,
        "digest": _word("daily", "weekly"),
        "note": cells.as_label,
    },
    ("id", "kind", "name"),
)
MEETINGS = Sheet("meetings", {"body": cells.as_slug, "on": cells.as_date}, ("body", "on"))
OTHER_PLANS = Sheet(
    "other_plans",
    {
        "other_plan": cells.as_slug,
        "kind": _word(*OtherPlanKind),
        "title": cells.as_label,
        "area": cells.as_slug,
        "start": cells.as_date,
        "end": cells.as_date,
        "source": cells.as_label,
        "document_number": cells.as_document,
        "on": cells.as_date,
        "known_on": cells.as_date,
    },
    ("other_plan", "kind", "title", "area", "start", "source", "on"),
)

EVALUATIONS = Sheet(
    "evaluations",
    {
        "year": cells.as_whole,
        "forum": cells.as_slug,
        "side": _word(*Side),
        "plans": cells.slugs,
        "opened_on": cells.as_date,
        "due_on": cells.as_date,
        "answered_on": cells.as_date,
        "assessment": _word(*Assessment),
        "document_number": cells.as_document,
        "concluded_on": cells.as_date,
    },
    ("year", "forum", "side", "opened_on", "due_on"),
)

SHEETS = {
    sheet.name: sheet
    for sheet in (DIRECTORY, PLANS, CRITERIA, FACTS, MEETINGS, OTHER_PLANS, EVALUATIONS)
}
PARTS = ("directory", "plans", "criteria", "facts", "other_plans", "evaluations")
"""What a single JSON file holds."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one fact, besides plan, fact, on and known_on, and their words."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


_RULING = (
    "until",
    "text",
    "condition",
    "subject",
    "votes",
    "flags",
    "agenda_item",
    "case_number",
    "document_number",
    "recused",
    "seat",
    "amendments",
    "statements",
    "reservations",
    "minority",
    "call_in",
)
_OUTCOMES = tuple(each.value for each in Outcome)
_DECISION_FLAGS = ("no_reason", "closed", "signed", "chair", "mandate")
_DOCUMENT = ("document_number",)
_REPORT = ("year", "artefact")

SHAPES: Mapping[str, Shape] = {
    "draft_revised": Shape(("revision",)),
    "plan_submitted": Shape((), ("text",)),
    "route_changed": Shape(("route", "text"), ("committees",)),
    "prequalification_recorded": Shape(
        (),
        ("outcome", "flags", "document_number"),
        ("approved", "refused"),
        tuple(each.value for each in PrequalificationPart),
    ),
    "residents_vote_recorded": Shape(("votes",)),
    "organisation_approved": Shape(("subject",)),
    "paper_filed": Shape(("points", "places", "document_number")),
    "point_waived": Shape(
        ("points", "outcome"),
        ("text",),
        ("outside_areas", "no_municipal_money", "no_contract_area", "stated"),
    ),
    "point_found_in_force": Shape(("points", "document_number")),
    "decision_recorded": Shape(
        ("body", "points", "outcome"), (*_RULING, "about"), _OUTCOMES, _DECISION_FLAGS
    ),
    "entry_corrected": Shape(
        ("body", "points", "outcome", "about", "correction"), _RULING, _OUTCOMES, _DECISION_FLAGS
    ),
    "minutes_signed": Shape(("about",)),
    "call_in_withdrawn": Shape(("about",)),
    "condition_answered": Shape(("about", "text")),
    "sent_to_lbf": Shape(_DOCUMENT, ("about",)),
    "lbf_committed": Shape(("amount_kr", "document_number")),
    "lbf_refused": Shape(_DOCUMENT, ("text",)),
    "plan_started": Shape((), ("outcome",), ("released", "not_released")),
    "start_date_passed": Shape((), ("outcome",), ("approval", "commitment")),
    "reports_opened": Shape(("year",)),
    "report_overdue": Shape(_REPORT),
    "report_submitted": Shape(_REPORT, _DOCUMENT),
    "report_accepted": Shape(_REPORT),
    "report_returned": Shape((*_REPORT, "text"), ("until",)),
    "report_extended": Shape((*_REPORT, "until"), _DOCUMENT),
    "plan_suspended": Shape(("text",), ("flags",), (), ("moves_end",)),
    "plan_resumed": Shape((), ("until",)),
    "plan_extended": Shape(("until", "text"), _DOCUMENT),
    "plan_changed": Shape(("revision", "text"), _DOCUMENT),
    "plan_withdrawn": Shape(("text",)),
    "plan_lapsed": Shape(("text",)),
    "plan_terminated": Shape(("text",)),
    "plan_expired": Shape(),
    "plan_closed": Shape(),
    "successor_named": Shape(("subject",), ("flags",), (), ("merger",)),
    "final_account_submitted": Shape((), _DOCUMENT),
    "final_account_accepted": Shape(("amount_kr",)),
    "case_officer_assigned": Shape(("subject",)),
    "administrator_changed": Shape((), ("subject",)),
    "remark_added": Shape(("text",)),
}
SEVERAL_OUTCOMES = frozenset({"start_date_passed"})
EVERY_FACT = frozenset({"plan", "fact", "on", "known_on"})
