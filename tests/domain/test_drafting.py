"""A plan is drafted, submitted to its route, and put on papers."""

from datetime import date

from domain.calendar import add_years, default_end
from domain.money import share_of
from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.content import Funding, GoalSupport, Source
from domain.plan.package import package
from domain.plan.progress import phase
from domain.plan.state import Phase
from tests.domain.build import (
    CONTENT,
    DRAFT,
    DRAFTED,
    MILLION_KR,
    REASON,
    SUBMIT,
    SUBMITTED,
    content,
    draft,
    given,
    period,
    refused,
    then,
    when,
)


def _funded(budget: int, lbf: int, pool: int) -> c.Draft:
    rest = budget - lbf - pool
    parts = ((Source.LBF, lbf), (Source.POOL, pool), (Source.HOUSING_ORGANISATION, rest))
    funding = tuple(Funding(source=source, amount_oere=oere) for source, oere in parts)
    return draft(budget_oere=budget, funding=funding)


def test_a_draft_begins_the_plan() -> None:
    events = when(DRAFT, None)

    assert events == [e.PlanDrafted(on=date(2013, 1, 7), content=CONTENT)]


def test_a_plan_is_drafted_once() -> None:
    assert refused("plan_exists", DRAFT, given(*DRAFTED)) == {"title": CONTENT.title}


def test_a_command_to_no_plan_is_refused() -> None:
    refused("no_such_plan", SUBMIT, None)


def test_a_plan_lies_in_a_known_area() -> None:
    assert refused("unknown_area", draft(area="gentofte"), None)["area"] == "gentofte"


def test_a_plan_names_known_intervention_areas() -> None:
    refused("unknown_intervention_area", draft(intervention_areas=("knitting",)), None)


def test_a_plan_supports_known_goals() -> None:
    refused("unknown_goal", draft(goals=(GoalSupport(goal="goal-9"),), criteria=()), None)


def test_pool_money_goes_to_the_vulnerable_areas_only() -> None:
    assert refused("area_not_eligible", draft(area="outside"), None) == {"area": "outside"}


def test_a_draft_is_revised_as_often_as_needed() -> None:
    revised = content(title="Hothers Plads Helhedsplanen")

    plan = then(c.Revise(content=revised), given(*DRAFTED))

    assert plan.content.title == "Hothers Plads Helhedsplanen"


def test_a_submitted_plan_is_no_draft_any_more() -> None:
    assert refused("not_a_draft", c.Revise(content=CONTENT), given(*SUBMITTED)) == {
        "phase": "forum"
    }


def test_submission_files_the_plan_under_the_route_of_the_day() -> None:
    plan = given(*SUBMITTED)

    assert plan.filed is not None
    assert plan.filed.route == "2012"
    assert [[s.body for s in stage.stations] for stage in plan.filed.stages] == [
        ["forum-norrebro"],
        ["tmu", "sud"],
        ["oeu"],
        ["br"],
    ]


def test_a_plan_is_submitted_once() -> None:
    facts = refused("already_submitted", SUBMIT, given(*SUBMITTED))

    assert facts == {"since": "2013-01-14", "phase": "forum"}


def test_a_plan_is_submitted_before_its_start() -> None:
    late = SUBMIT.model_copy(update={"on": date(2013, 9, 1)})

    refused("start_has_passed", late, given(*DRAFTED))


def test_a_submitted_plan_says_which_goal_it_supports() -> None:
    refused("goal_required", SUBMIT, given(draft(goals=(), criteria=())))


def test_a_submitted_plan_names_an_intervention_area() -> None:
    refused("intervention_area_required", SUBMIT, given(draft(intervention_areas=())))


def test_a_period_of_other_than_four_years_says_why() -> None:
    three = period(date(2013, 9, 1), date(2016, 8, 31))

    facts = refused("period_reason_required", SUBMIT, given(draft(period=three)))

    assert facts == {"usual_end": "2017-08-31"}


def test_a_period_of_three_years_with_a_reason_is_accepted() -> None:
    three = period(date(2013, 9, 1), date(2016, 8, 31))

    plan = then(SUBMIT, given(draft(period=three, period_reason=REASON)))

    assert phase(plan) is Phase.FORUM


def test_four_years_from_a_leap_day_end_on_the_day_before_the_next_one() -> None:
    assert default_end(date(2012, 2, 29), 4) == date(2016, 2, 28)


def test_yearly_dates_from_a_leap_day_never_drift() -> None:
    leap = date(2012, 2, 29)

    assert [add_years(leap, n).isoformat() for n in range(1, 5)] == [
        "2013-02-28",
        "2014-02-28",
        "2015-02-28",
        "2016-02-29",
    ]


def test_the_funding_adds_up_to_the_budget() -> None:
    facts = refused("funding_differs", SUBMIT, given(draft(budget_oere=12 * MILLION_KR + 1)))

    assert facts == {"parts_oere": 12 * MILLION_KR, "budget_oere": 12 * MILLION_KR + 1}


def test_the_municipality_pays_up_to_an_eighth_rounded_down_to_the_oere() -> None:
    budget = 1_000_000_007
    ceiling = share_of(budget, 1250)

    plan = then(SUBMIT, given(_funded(budget, budget * 7 // 10, ceiling)))

    assert ceiling == 125_000_000
    assert phase(plan) is Phase.FORUM


def test_an_oere_above_the_eighth_is_refused() -> None:
    budget = 1_000_000_007

    facts = refused(
        "municipal_share_too_high", SUBMIT, given(_funded(budget, budget * 7 // 10, 125_000_001))
    )

    assert facts["over_oere"] == 1


def test_other_municipal_money_counts_towards_the_eighth() -> None:
    funding = (
        *CONTENT.funding[:2],
        Funding(source=Source.MUNICIPAL, amount_oere=MILLION_KR * 3 // 2),
    )

    refused("municipal_share_too_high", SUBMIT, given(draft(funding=funding)))


def test_lbf_pays_at_most_three_quarters() -> None:
    budget = 12 * MILLION_KR

    refused("lbf_share_too_high", SUBMIT, given(_funded(budget, 9 * MILLION_KR + 1, MILLION_KR)))


def test_a_route_must_be_known() -> None:
    unknown = SUBMIT.model_copy(update={"route": "1999"})

    assert refused("unknown_route", unknown, given(*DRAFTED))["route"] == "1999"


def test_the_relevant_committees_are_chosen_for_each_plan() -> None:
    unchosen = SUBMIT.model_copy(update={"committees": ()})

    assert refused("committees_required", unchosen, given(*DRAFTED)) == {
        "known": ["biu", "buu", "sud", "tmu"]
    }


def test_the_choice_of_committees_has_a_reason() -> None:
    unexplained = SUBMIT.model_copy(update={"committees_reason": None})

    refused("committees_reason_required", unexplained, given(*DRAFTED))


def test_only_committees_of_the_route_are_chosen() -> None:
    strange = SUBMIT.model_copy(update={"committees": ("tmu", "br")})

    assert refused("committee_not_on_route", strange, given(*DRAFTED))["committees"] == ["br"]


def test_a_vulnerable_area_without_a_forum_cannot_take_a_route_through_one() -> None:
    refused("area_has_no_forum", SUBMIT, given(draft(area="no-forum")))


def test_a_plan_outside_the_areas_skips_the_forum_and_its_contracts() -> None:
    funding = (
        CONTENT.funding[0],
        Funding(source=Source.OTHER, amount_oere=MILLION_KR * 3),
    )
    outside = draft(area="outside", funding=funding, intervention_areas=("children",))

    plan = then(SUBMIT, given(outside))

    assert phase(plan) is Phase.COMMITTEES
    assert {item.point.id: item.reason_code for item in package(plan) if item.reason_code} == {
        "contract/children": "outside_areas",
        "money": "no_municipal_money",
    }


def test_each_intervention_area_that_may_have_a_contract_gets_its_own_point() -> None:
    plan = then(SUBMIT, given(draft(intervention_areas=("children", "network"))))

    assert [item.point.id for item in package(plan)] == [
        "content",
        "lbf",
        "money",
        "contract/children",
    ]


def test_a_fact_is_not_recorded_before_it_happens() -> None:
    tomorrow = SUBMIT.model_copy(update={"on": date(2013, 1, 15)})

    facts = refused("day_in_future", tomorrow, given(*DRAFTED), today=date(2013, 1, 14))

    assert facts == {"on": "2013-01-15", "today": "2013-01-14"}


def test_a_draft_is_not_dated_ahead() -> None:
    refused("day_in_future", DRAFT, None, today=date(2013, 1, 6))


def test_nothing_holds_before_the_plan_was_drafted() -> None:
    early = SUBMIT.model_copy(update={"on": date(2013, 1, 6)})

    assert refused("day_too_early", early, given(*DRAFTED))["earliest"] == "2013-01-07"


def test_the_organisations_own_approval_is_recorded() -> None:
    plan = then(c.RecordOrganisationApproval(organisation="aab"), given(*DRAFTED))

    assert plan.approved_by == ("aab",)


def test_only_the_plans_organisations_approve_it_as_their_own() -> None:
    refused(
        "unknown_organisation", c.RecordOrganisationApproval(organisation="fsb"), given(*DRAFTED)
    )


def test_the_residents_vote_is_recorded_by_estate() -> None:
    vote = c.RecordResidentsVote(estate="Hothers Plads", votes_for=80, votes_against=12)

    assert then(vote, given(*DRAFTED)).resident_votes == (("Hothers Plads", 80, 12),)


def test_prequalification_is_sent_and_then_answered() -> None:
    five = tuple(e.PrequalificationPart)
    sent = c.RecordPrequalification(parts=five, on=date(2013, 1, 8))
    answered = c.RecordPrequalification(parts=five, is_approved=True, on=date(2013, 1, 10))

    assert given(DRAFT, sent).prequalified is None
    assert given(DRAFT, sent, answered).prequalified is True
