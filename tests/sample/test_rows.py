"""Every row of the sample keeps to the format, and every id in it means something."""

import re
from datetime import date
from itertools import pairwise
from typing import get_args

from domain.calendar import default_end
from domain.plan.decision import Outcome
from domain.plan.events import PlanEvent
from domain.plan.filing import FORUM
from tests.sample.portfolio import FOLDER, Sample, day, listed

INVENTED = ("bf-", "eksempel", "tegl")


def test_every_party_that_a_plan_names_is_in_the_directory(sample: Sample) -> None:
    known = {row["id"]: row for row in sample.directory}
    for plan in sample.revisions:
        assert plan["lead"] in listed(plan["organisations"]), plan["plan"]
        for party in listed(plan["organisations"]):
            assert known[party]["kind"] == "organisation", party
        assert "case_officer" in known[plan["case_officer"]]["roles"], plan["plan"]
        if plan["administrator"]:
            assert known[plan["administrator"]]["kind"] == "administrator", plan["plan"]


def test_every_reference_that_a_plan_makes_exists(sample: Sample) -> None:
    reference = sample.reference
    plans = {plan["plan"] for plan in sample.plans}
    for plan in sample.revisions:
        assert plan["area"] in reference.area_by_id
        assert set(listed(plan["intervention_areas"])) <= set(reference.intervention_by_id)
        assert set(listed(plan["goals"])) <= {goal.id for goal in reference.goals}
        assert set(listed(plan["administrations"])) <= {a.id for a in reference.administrations}
        assert plan["predecessor"] in plans | {""}
        route = reference.route(plan["route"])
        assert route is not None, plan["plan"]
        chosen = {s.body for stage in route.stages if stage.chosen for s in stage.stations}
        assert set(listed(plan["committees"])) <= chosen, plan["plan"]
        assert bool(plan["committees"]) == bool(chosen), plan["plan"]


def test_a_plan_id_is_used_once_and_case_numbers_are_not_shared(sample: Sample) -> None:
    assert len({p["plan"] for p in sample.plans}) == len(sample.plans)
    assert len({p["case_number"] for p in sample.plans}) == len(sample.plans)


def test_every_period_is_the_usual_four_years_or_says_why_not(sample: Sample) -> None:
    for plan in sample.revisions:
        usual = default_end(day(plan["start"]), 4)
        assert day(plan["end"]) == usual or plan["period_reason"], plan["plan"]


def test_every_criterion_belongs_to_a_plan_and_one_of_its_goals(sample: Sample) -> None:
    goals = {plan["plan"]: listed(plan["goals"]) for plan in sample.plans}
    for row in sample.criteria:
        assert row["goal"] in goals[row["plan"]], row


def test_every_fact_is_an_event_of_a_known_plan(sample: Sample) -> None:
    union = get_args(get_args(PlanEvent)[0])
    names = {event.model_fields["type"].default for event in union}
    plans = {plan["plan"] for plan in sample.plans}
    for fact in sample.facts:
        assert fact["fact"] in names, fact
        assert fact["plan"] in plans, fact
        assert not fact["known_on"] or fact["known_on"] >= fact["on"], fact


def test_the_import_format_names_every_event_and_every_outcome() -> None:
    text = (FOLDER.parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
    union = get_args(get_args(PlanEvent)[0])
    names = {event.model_fields["type"].default for event in union}

    assert {name for name in names if name not in text} == set()
    assert {outcome for outcome in Outcome if outcome not in text} == set()


def test_the_import_format_names_every_column_of_the_sample(sample: Sample) -> None:
    text = (FOLDER.parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
    columns = {*sample.plans[0], *sample.criteria[0], *sample.facts[0], *sample.directory[0]}

    assert {column for column in columns if column not in text} == set()


def test_facts_stand_in_the_order_in_which_they_were_learned(sample: Sample) -> None:
    for plan in sample.plans:
        happened = [f for f in sample.facts_of(plan["plan"]) if f["fact"] != "entry_corrected"]
        assert all(a["on"] <= b["on"] for a, b in pairwise(happened)), plan["plan"]
        assert plan["drafted_on"] <= (happened[0]["on"] if happened else "9999")


def test_every_decision_was_taken_at_a_meeting_of_a_body_of_the_route(sample: Sample) -> None:
    plans = {plan["plan"]: plan for plan in sample.plans}
    mistyped = {
        about.partition("#")[0]
        for fact in sample.facts
        if fact["fact"] == "entry_corrected"
        for about in listed(fact["about"])
    }
    for fact in sample.facts:
        if fact["fact"] != "decision_recorded" or f"{fact['body']}/{fact['on']}" in mistyped:
            continue
        plan = plans[fact["plan"]]
        assert day(fact["on"]) in sample.meetings[fact["body"]], fact
        route = sample.reference.route(plan["route"])
        assert route is not None
        bodies = {s.body for stage in route.stages for s in stage.stations}
        forum = sample.reference.area_by_id[plan["area"]].forum
        assert fact["body"] in bodies or (FORUM in bodies and fact["body"] == forum), fact
        assert fact["outcome"] in set(Outcome), fact


def test_every_paper_is_for_meetings_that_are_held_and_comes_14_days_before(
    sample: Sample,
) -> None:
    for fact in sample.facts:
        for place in listed(fact["places"]):
            body, on = place.split()
            assert day(on) in sample.meetings[body], fact
            late = (day(on) - day(fact["on"])).days < sample.reference.body_by_id[body].paper_days
            assert not late or fact["plan"] == "hasselhaven", fact


def test_what_is_late_refused_or_voted_on_belongs_to_invented_bodies(sample: Sample) -> None:
    leads = {plan["plan"]: plan["lead"] for plan in sample.plans}
    strict = {"report_returned", "report_extended", "lbf_refused", "plan_withdrawn"}
    for fact in sample.facts:
        late = fact["fact"] == "report_submitted" and fact["on"] > f"{int(fact['year']) + 1}-06-30"
        if fact["fact"] in strict or late or fact["outcome"] in ("postponed", "sent_back"):
            assert leads[fact["plan"]].startswith(INVENTED), fact
        if fact["fact"] == "decision_recorded" and fact["votes"]:
            assert fact["body"] == "eksempeludvalget", fact


def test_reports_for_2012_are_complete_but_for_two_invented_organisations(
    sample: Sample,
) -> None:
    started = [p for p in sample.running_on(date(2012, 12, 31)) if p["start"] < "2013"]
    missing = {
        plan["plan"]
        for plan in started
        if {
            artefact
            for fact in sample.facts_of(plan["plan"], "report_submitted")
            if fact["year"] == "2012"
            for artefact in listed(fact["artefact"].replace("*", "account;goals;milestones"))
        }
        != {"account", "goals", "milestones"}
    }

    assert missing == {"primulahaven", "lavendelhaven"}


def test_no_cell_looks_like_a_cpr_number_or_a_formula() -> None:
    cpr = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
    for path in FOLDER.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert not cpr.search(text), path
        assert not re.search(r'(^|,)"?[=+@]', text, re.MULTILINE), path


def test_every_address_is_in_the_domain_for_examples(sample: Sample) -> None:
    addresses = [row["email"] for row in sample.directory if row["email"]]

    assert all(address.endswith(".example") for address in addresses)


def test_one_organisation_has_no_address_and_one_address_bounces(sample: Sample) -> None:
    organisations = [row for row in sample.directory if row["kind"] == "organisation"]

    assert len([row for row in organisations if not row["email"]]) == 1
    assert len([row for row in organisations if row["email"].startswith("bounce@")]) == 1


def test_every_body_has_a_secretary_and_the_office_has_a_head(sample: Sample) -> None:
    secretaries = {row["body"] for row in sample.directory if "secretary" in row["roles"]}

    assert secretaries == set(sample.reference.body_by_id)
    assert [r["id"] for r in sample.directory if "head_of_office" in r["roles"]] == ["p-0005"]
