"""The sample's figures for the two fact sheets (S10, S11) come out of its dates."""

from datetime import date

from tests.sample.portfolio import Row, Sample, day, listed, oere

FIRST, SECOND, DEMO = date(2013, 1, 1), date(2014, 1, 1), date(2013, 10, 1)


def pool_plans(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["pool_kr"]]


def council_year(sample: Sample, plan: Row) -> int | None:
    approved = sample.council_day(plan["plan"])
    return approved.year if approved else None


def test_on_1_january_2013_there_are_21_plans(sample: Sample) -> None:
    assert len(sample.running_on(FIRST)) == 21


def test_ten_of_the_21_were_approved_in_2012_and_have_pool_money(sample: Sample) -> None:
    pooled = pool_plans(sample.running_on(FIRST))

    assert [council_year(sample, plan) for plan in pooled] == [2012] * 10


def test_the_other_eleven_have_other_municipal_money_from_earlier_grants(sample: Sample) -> None:
    others = [p for p in sample.running_on(FIRST) if not p["pool_kr"]]

    assert len(others) == 11
    assert all(p["municipal_kr"] and (council_year(sample, p) or 9999) < 2012 for p in others)


def test_ten_of_the_eleven_end_in_2013_and_one_outside_the_areas_in_2014(sample: Sample) -> None:
    others = [p for p in sample.running_on(FIRST) if not p["pool_kr"]]
    ends = sorted((sample.last_day(p).year, p["area"] == "outside") for p in others)

    assert ends == [(2013, False)] * 10 + [(2014, True)]


def test_on_1_january_2014_there_are_18_plans(sample: Sample) -> None:
    assert len(sample.running_on(SECOND)) == 18


def test_17_of_the_18_are_in_the_six_areas_with_pool_money(sample: Sample) -> None:
    pooled = pool_plans(sample.running_on(SECOND))

    assert len(pooled) == 17
    assert {sample.reference.area_by_id[p["area"]].vulnerable for p in pooled} == {True}
    assert len({p["area"] for p in pooled}) == 6


def test_seven_of_the_17_were_approved_in_2013_before_the_day_of_the_demo(sample: Sample) -> None:
    days = [sample.council_day(p["plan"]) for p in pool_plans(sample.running_on(SECOND))]
    in_2013 = [each for each in days if each and each.year == 2013]

    assert len(in_2013) == 7
    assert max(in_2013) < DEMO


def test_the_fact_sheet_of_5_september_2012_could_already_name_all_21(sample: Sample) -> None:
    """It says "vil være godkendt": some of the ten were expected, not decided."""
    written = date(2012, 9, 5)
    known = [
        p
        for p in sample.plans
        if day(p["known_on"] or p["drafted_on"]) <= written
        and day(p["start"]) <= FIRST <= sample.last_day(p)
    ]
    expected = [p for p in known if sample.council_day(p["plan"], known_at=written) is None]

    assert len(known) == 21
    assert 0 < len(expected) < 10


def test_a_moved_approval_moves_the_figure(sample: Sample) -> None:
    plan = pool_plans(sample.running_on(FIRST))[0]["plan"]
    kept = [f for f in sample.facts if not (f["plan"] == plan and f["body"] == "br")]
    without = Sample(**{**sample.__dict__, "facts": kept})

    assert len(without.running_on(FIRST)) == 20


def test_the_municipal_shares_of_the_17_are_at_most_28_million(sample: Sample) -> None:
    shares = [oere(p["pool_kr"]) for p in pool_plans(sample.running_on(SECOND))]

    assert sum(shares) <= 28_000_000_00


def test_the_whole_portfolio_fits_the_pool_of_30_million(sample: Sample) -> None:
    withdrawn = {f["plan"] for f in sample.facts if f["fact"] == "plan_withdrawn"}
    shares = [oere(p["pool_kr"]) for p in sample.plans if p["plan"] not in withdrawn]

    assert sum(shares) <= 30_000_000_00


def test_every_budget_is_divided_75_and_twice_12_and_a_half_without_a_rest(sample: Sample) -> None:
    for plan in sample.revisions:
        budget = oere(plan["budget_kr"])
        municipal = oere(plan["pool_kr"]) + oere(plan["municipal_kr"])
        parts = (oere(plan["lbf_kr"]), municipal, oere(plan["housing_organisation_kr"]))
        assert parts == (budget * 3 // 4, budget // 8, budget // 8), plan["plan"]
        assert sum(parts) == budget, plan["plan"]


def test_pool_money_is_only_in_the_areas_and_only_approved_from_2012(sample: Sample) -> None:
    for plan in pool_plans(sample.plans):
        assert sample.reference.area_by_id[plan["area"]].vulnerable, plan["plan"]
        assert (council_year(sample, plan) or 2013) >= 2012, plan["plan"]


def test_nothing_in_the_sample_happens_after_the_day_of_the_demo(sample: Sample) -> None:
    assert max(day(fact["known_on"] or fact["on"]) for fact in sample.facts) < DEMO


def test_some_of_the_18_are_still_under_way_on_the_day_of_the_demo(sample: Sample) -> None:
    under_way = [
        p["plan"]
        for p in pool_plans(sample.running_on(SECOND))
        if not sample.facts_of(p["plan"], "lbf_committed") or day(p["start"]) > DEMO
    ]

    assert len(under_way) == 3


def test_what_waits_and_is_not_among_the_18_starts_after_1_january_2014(sample: Sample) -> None:
    ended = {f["plan"] for f in sample.facts if f["fact"] == "plan_withdrawn"}
    waiting = [
        p for p in sample.plans if sample.council_day(p["plan"]) is None and p["plan"] not in ended
    ]

    assert len(waiting) == 8
    assert all(day(p["start"]) > SECOND for p in waiting)


def test_one_plan_has_its_money_on_no_paper_and_a_contract_in_force(sample: Sample) -> None:
    papers = sample.facts_of("eksempelgaarden", "paper_filed")
    in_force = sample.facts_of("eksempelgaarden", "point_found_in_force")

    assert [listed(paper["points"]) for paper in papers] == [["content", "lbf", "contract/health"]]
    assert [fact["points"] for fact in in_force] == ["contract/children"]


def test_an_organisation_has_two_running_plans_that_owe_the_account_of_2013(
    sample: Sample,
) -> None:
    running = [p["lead"] for p in sample.running_on(date(2013, 12, 31)) if p["start"] < "2013-10"]

    assert running.count("fsb") == 2


def test_a_contract_is_decided_once_per_area_and_found_in_force_afterwards(sample: Sample) -> None:
    may = {i.id for i in sample.reference.intervention_areas if i.may_have_contract}
    decided: set[tuple[str, str]] = set()
    for plan in sample.plans:
        if plan["route"] != "2012" or sample.council_day(plan["plan"]) is None:
            continue
        found = {
            f["points"].partition("/")[2]
            for f in sample.facts_of(plan["plan"], "point_found_in_force")
        }
        own = {(plan["area"], i) for i in listed(plan["intervention_areas"]) if i in may - found}
        assert not own & decided, plan["plan"]
        decided |= own
