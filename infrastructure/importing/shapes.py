"""Answers: does every row have the shape of its kind, and does every id in it mean something?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.reference import Reference
from infrastructure.importing.columns import EVERY_FACT, SEVERAL_OUTCOMES, SHAPES
from infrastructure.importing.faults import Faults, Place
from infrastructure.importing.reading import Row


@dataclass(frozen=True, slots=True)
class Known:
    """What ids can mean: reference data, parties (their kinds by id) and plans."""

    reference: Reference
    parties: Mapping[str, str]
    plans: frozenset[str]
    spoiled: frozenset[str] = frozenset()
    """Parties whose rows have a bad cell: who names them is not to blame."""


PARTIES = {
    "organisation_approved": "organisation",
    "case_officer_assigned": "person",
    "administrator_changed": "administrator",
}
"""The kind of party that is the subject of a fact."""


def check_plan(row: Row, known: Known, faults: Faults) -> None:
    """A row of `plans.csv`."""
    values, reference = row.values, known.reference
    is_first = values.get("revision", 1) == 1
    if is_first and "drafted_on" not in values:
        faults.add(row.place, "drafted_on", "cell_missing")
    for column in ("drafted_on", "known_on"):
        if not is_first and column in values:
            faults.add(row.place, column, "only_first_revision")
    _check_ids(row, "area", [values["area"]], reference.area_by_id, faults)
    areas = values.get("intervention_areas", ())
    _check_ids(row, "intervention_areas", areas, reference.intervention_by_id, faults)
    goals = {goal.id for goal in reference.goals}
    _check_ids(row, "goals", values.get("goals", ()), goals, faults)
    administrations = {each.id for each in reference.administrations}
    _check_ids(row, "administrations", values.get("administrations", ()), administrations, faults)
    _check_route(row, reference, faults)
    _check_parties(row, "organisations", values["organisations"], "organisation", known, faults)
    if "administrator" in values:
        named = [values["administrator"]]
        _check_parties(row, "administrator", named, "administrator", known, faults)
    _check_parties(row, "case_officer", [values["case_officer"]], "person", known, faults)
    if "predecessor" in values:
        _check_ids(row, "predecessor", [values["predecessor"]], known.plans, faults, "plan")


def check_criterion(row: Row, known: Known, revisions: Iterable[int], faults: Faults) -> None:
    """A row of `criteria.csv`; `revisions` are those that its plan has."""
    if row.values.get("revision", 1) not in revisions:
        faults.add(row.place, "revision", "no_such_revision", plan=row.values["plan"])
    goals = {goal.id for goal in known.reference.goals}
    _check_ids(row, "goal", [row.values["goal"]], goals, faults)


def check_fact(row: Row, known: Known, revisions: Iterable[int], faults: Faults) -> None:
    """A row of `facts.csv`."""
    values, kind = row.values, row.values["fact"]
    if kind == "plan_drafted":
        faults.add(row.place, "fact", "drafted_in_plans")
        return
    shape = SHAPES.get(kind)
    if shape is None:
        faults.add(row.place, "fact", "unknown_fact", value=kind, known=", ".join(SHAPES))
        return
    for column in shape.needed:
        if column not in values:
            faults.add(row.place, column, "needed_by_fact", fact=kind)
    allowed = EVERY_FACT.union(shape.needed, shape.optional)
    for column in values:
        if column not in allowed:
            faults.add(row.place, column, "not_of_fact", fact=kind)
    _check_words(row, shape.outcomes, shape.flags, faults)
    if values.get("revision", 1) not in revisions:
        faults.add(row.place, "revision", "no_such_revision", plan=values["plan"])
    if kind == "residents_vote_recorded" and len(values.get("votes", ())) > 1:
        faults.add(row.place, "votes", "one_vote_only")
    if kind == "point_waived" and values.get("outcome") == ("stated",) and "text" not in values:
        faults.add(row.place, "text", "needed_by_fact", fact=kind)
    _check_route(row, known.reference, faults)
    _check_subject(row, known, faults)


def _check_words(
    row: Row, outcomes: tuple[str, ...], flags: tuple[str, ...], faults: Faults
) -> None:
    for column, words in (("outcome", outcomes), ("flags", flags)):
        named = row.values.get(column, ())
        for word in named:
            if words and word not in words:
                known = ", ".join(words)
                faults.add(row.place, column, "unknown_word", value=word, known=known)
    if len(row.values.get("outcome", ())) > 1 and row.values["fact"] not in SEVERAL_OUTCOMES:
        faults.add(row.place, "outcome", "one_word_only")


def _check_subject(row: Row, known: Known, faults: Faults) -> None:
    values = row.values
    kind = PARTIES.get(values["fact"])
    subject = values.get("subject")
    if subject is not None and kind is not None:
        _check_parties(row, "subject", [subject], kind, known, faults)
    elif subject is not None and values["fact"] == "successor_named":
        _check_ids(row, "subject", [subject], known.plans, faults, "plan")
    _check_parties(row, "recused", values.get("recused", ()), "person", known, faults)


def _check_route(row: Row, reference: Reference, faults: Faults) -> None:
    values = row.values
    if "route" in values:
        routes = {route.id for route in reference.routes}
        _check_ids(row, "route", [values["route"]], routes, faults)
    _check_ids(row, "committees", values.get("committees", ()), reference.body_by_id, faults)


def _check_ids(
    row: Row,
    column: str,
    named: Iterable[str],
    known: Iterable[str],
    faults: Faults,
    what: str = "id",
) -> None:
    known = set(known)
    for each in named:
        if each not in known:
            code = "unknown_plan" if what == "plan" else "unknown_id"
            listed = ", ".join(sorted(known)[:30]) or "–"
            faults.add(row.place, column, code, value=each, known=listed)


def _check_parties(
    row: Row, column: str, named: Iterable[str], kind: str, known: Known, faults: Faults
) -> None:
    for each in named:
        found = known.parties.get(each)
        if each in known.spoiled:
            continue
        if found is None:
            faults.add(row.place, column, "unknown_party", value=each)
        elif found != kind:
            faults.add(row.place, column, "other_kind", value=each, kind=found, wanted=kind)


def check_directory(rows: list[Row], reference: Reference, faults: Faults) -> None:
    """Rows of `directory.csv`."""
    seen: dict[str, Place] = {}
    for row in rows:
        values = row.values
        first = seen.setdefault(values["id"], row.place)
        if first is not row.place:
            faults.add(row.place, "id", "party_twice", value=values["id"], line=first.line)
        roles = values.get("roles", ())
        if roles and values["kind"] not in ("person", "secretariat"):
            faults.add(row.place, "roles", "roles_of_person", kind=values["kind"])
        if ("secretary" in roles) != ("body" in values):
            faults.add(row.place, "body", "secretary_of_body")
        if "body" in values:
            _check_ids(row, "body", [values["body"]], reference.body_by_id, faults)
        email = values.get("email", "")
        if email and (email.count("@") != 1 or " " in email or not email.isascii()):
            faults.add(row.place, "email", "not_an_address", value=email)
