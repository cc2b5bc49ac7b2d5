"""The figures of the two fact sheets come out of the dates in the log."""

from datetime import date
from pathlib import Path

import pytest

from infrastructure.event_store.reader import Reader
from infrastructure.importing import Access
from infrastructure.plans import Plans
from infrastructure.portfolio import Portfolio, portfolio
from tests.importing.conftest import SAMPLE, TODAY, taken_in

FIRST, SECOND, WRITTEN = date(2013, 1, 1), date(2014, 1, 1), date(2012, 9, 5)


async def listed(access: Access, day: date, known_at: date | None = None) -> Portfolio:
    reference = await Plans(Reader(access.pool)).reference()
    return await portfolio(access.pool, reference, TODAY, day=day, known_at=known_at)


@pytest.fixture
async def imported(access: Access) -> Access:
    await taken_in(SAMPLE, access)
    return access


async def test_on_1_january_2013_21_plans_run_ten_of_them_on_pool_money(imported: Access) -> None:
    running = (await listed(imported, FIRST)).running()
    pool = [plan for plan in running.plans if plan.funding == "pool"]

    assert (len(running.plans), len(pool)) == (21, 10)
    assert {p.council_approved_on.year for p in pool if p.council_approved_on} == {2012}
    assert not running.forecast


async def test_on_1_january_2014_18_plans_are_expected_17_with_pool_money_in_six_areas(
    imported: Access,
) -> None:
    running = (await listed(imported, SECOND)).running()
    pool = [plan for plan in running.plans if plan.funding == "pool"]

    assert (len(running.plans), len(pool)) == (18, 17)
    assert len({plan.area for plan in pool}) == 6
    assert running.forecast


async def test_on_5_september_2012_some_of_the_21_were_only_expected(imported: Access) -> None:
    found = await listed(imported, FIRST, known_at=WRITTEN)
    in_period = [plan for plan in found.plans if plan.start <= FIRST <= plan.end]

    assert len(in_period) == 21
    assert len(found.running().plans) == 14
    assert found.forecast


async def test_a_moved_approval_moves_the_figure(access: Access, folder: Path) -> None:
    facts = folder / "facts.csv"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(
        text.replace(
            "beboerprojekt-puls,decision_recorded,2012-09-20,,br",
            "beboerprojekt-puls,decision_recorded,2013-01-31,,br",
        ),
        encoding="utf-8",
    )
    await taken_in(folder, access)

    assert len((await listed(access, FIRST)).running().plans) == 20


async def test_a_mistyped_meeting_day_holds_for_no_day(imported: Access) -> None:
    found = await listed(imported, date(2013, 1, 1))
    (plan,) = [plan for plan in found.plans if plan.plan == "mirabellehaven"]

    assert "tmu" in plan.waits_on


async def test_the_list_of_today_is_what_the_read_model_says(imported: Access) -> None:
    found = await listed(imported, TODAY)
    states = await Reader(imported.pool).states("plan")
    phases = await imported.pool.fetch(
        "select stream, facets ->> 'phase' as phase from state_row where kind = 'plan'"
    )

    assert len(found.plans) == len(states) == 38
    assert {f"plan/{p.plan}": p.state for p in found.plans} == {
        row["stream"]: row["phase"] for row in phases
    }


async def test_the_list_as_json_has_the_keys_that_are_promised(imported: Access) -> None:
    found = (await listed(imported, FIRST)).running().as_json()

    assert (found["as_of"], found["known_at"], found["forecast"]) == (
        "2013-01-01",
        "2013-10-01",
        False,
    )
    assert {"plan", "title", "area", "state", "start", "end"} <= set(found["plans"][0])
    assert {"council_approved_on", "funding"} <= set(found["plans"][0])
