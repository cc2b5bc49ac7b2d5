"""The same file again adds nothing; more rows are added; a changed row is refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infrastructure.directory import Directory
from infrastructure.event_store import texts
from infrastructure.event_store.reader import Reader
from infrastructure.importing import Access
from infrastructure.plans import Plans
from tests.importing.conftest import NOON, SAMPLE, Table, faults_of, taken_in

TABLES = ("event", "text", "state_row", "task", "notice", "outbox", "imported_row", "import_flag")


async def counts(access: Access) -> dict[str, Any]:
    return {t: await access.pool.fetchval(f"select count(*) from {t}") for t in TABLES}


async def test_the_same_folder_again_adds_nothing(access: Access) -> None:
    first = await taken_in(SAMPLE, access)
    before = await counts(access)
    again = await taken_in(SAMPLE, access)

    assert len(first.plans) == len(again.unchanged) == 38
    assert (again.plans, again.parties, again.reference) == ((), (), ())
    assert await counts(access) == before


async def test_the_same_rows_written_differently_are_the_same(small: Path, access: Access) -> None:
    await taken_in(small, access)
    plans, facts = Table(small / "plans.csv"), Table(small / "facts.csv")
    plans.set(2, start="01-02-2014", budget_kr="8000000", revision="1", known_on="2012-10-22")
    facts.set(6, known_on="2013-08-20")

    assert (await taken_in(small, access)).unchanged == ("slaaenhaven",)


async def test_a_further_row_is_added_behind_the_others(small: Path, access: Access) -> None:
    first = await taken_in(small, access)
    Table(small / "facts.csv").add(
        plan="slaaenhaven", fact="remark_added", on="2013-09-30", text="Ny projektleder."
    )
    (added,) = (await taken_in(small, access)).plans

    assert (added.rows, added.events, added.is_new) == (1, 1, False)
    assert added.version == first.plans[0].version + 1


async def test_a_further_revision_and_the_fact_that_brings_it_are_added(
    small: Path, access: Access
) -> None:
    await taken_in(small, access)
    plans = Table(small / "plans.csv")
    row = dict(zip(plans.header, plans.rows[0], strict=True))
    plans.add(**row | {"revision": "2", "title": "Slåenhaven II", "drafted_on": "", "known_on": ""})
    Table(small / "facts.csv").add(
        plan="slaaenhaven", fact="plan_changed", on="2013-09-30", revision="2", text="Nyt navn."
    )
    await taken_in(small, access)
    facets = await access.pool.fetchval(
        "select facets ->> 'title' from state_row where kind='plan'"
    )

    assert facets == "Slåenhaven II"


CHANGED = [
    ("facts.csv", 8, "on", "2013-09-12", "2013-09-11"),
    ("facts.csv", 9, "text", "Anbefalet.", "Anbefalet, idet udvalget ønsker en plan"),
    ("plans.csv", 2, "title", "Tornehaven", "Slåenhaven"),
    ("criteria.csv", 2, "target", "61", "60"),
]


@pytest.mark.parametrize(("file", "line", "column", "now", "was"), CHANGED)
async def test_a_changed_row_is_refused_with_the_difference(
    small: Path, access: Access, file: str, line: int, column: str, now: str, was: str
) -> None:
    await taken_in(small, access)
    before = await counts(access)
    Table(small / file).set(line, **{column: now})
    (fault,) = await faults_of(small, access)

    assert (fault.code, fault.place.file, fault.place.line) == ("row_changed", file, line)
    assert fault.column == column
    assert was in str(fault.facts["was"])
    assert now in str(fault.facts["now"])
    assert await counts(access) == before


async def test_a_missing_row_is_refused(small: Path, access: Access) -> None:
    await taken_in(small, access)
    facts = Table(small / "facts.csv")
    del facts.rows[4]
    facts.save()
    (fault,) = await faults_of(small, access)

    assert (fault.code, fault.facts["number"]) == ("row_missing", 5)


async def test_a_row_put_in_between_is_refused(small: Path, access: Access) -> None:
    await taken_in(small, access)
    facts = Table(small / "facts.csv")
    facts.rows.insert(
        2, ["slaaenhaven", "remark_added", "2013-07-19"] + [""] * (len(facts.header) - 3)
    )
    facts.set(4, text="Indskudt.")
    (fault,) = await faults_of(small, access)

    assert (fault.code, fault.place.line) == ("row_inserted", 4)


async def test_moved_rows_are_refused(small: Path, access: Access) -> None:
    await taken_in(small, access)
    facts = Table(small / "facts.csv")
    facts.rows[0], facts.rows[1] = facts.rows[1], facts.rows[0]
    facts.save()

    assert {f.code for f in await faults_of(small, access)} <= {"row_moved", "row_inserted"}


async def test_a_criterion_too_late_for_its_revision_is_refused(
    small: Path, access: Access
) -> None:
    await taken_in(small, access)
    Table(small / "criteria.csv").add(
        plan="slaaenhaven",
        id="jobs",
        goal="goal-2",
        indicator="Job",
        unit="personer",
        baseline="0",
        target="5",
    )

    assert [f.code for f in await faults_of(small, access)] == ["criterion_late"]


async def test_an_erased_text_is_no_difference(small: Path, access: Access) -> None:
    await taken_in(small, access)
    for row in await access.pool.fetch("select id from text"):
        await texts.erase(access.pool, row["id"], NOON)
    Table(small / "facts.csv").set(9, text="Noget helt andet.")

    assert (await taken_in(small, access)).unchanged == ("slaaenhaven",)


async def test_a_corrected_party_is_taken_over_and_told(small: Path, access: Access) -> None:
    await taken_in(small, access)
    directory = Table(small / "directory.csv")
    line = directory.line_of(id="bf-rosenly")
    directory.set(line, email="ny@bf-rosenly.example")
    again = await taken_in(small, access)
    party = (await Directory(access.pool).read()).by_id["bf-rosenly"]

    assert again.parties == ("bf-rosenly",)
    assert party.email == "ny@bf-rosenly.example"


async def test_changed_reference_data_becomes_a_new_version(small: Path, access: Access) -> None:
    await taken_in(small, access)
    Table(small / "reference" / "meetings.csv").add(body="br", on="2013-12-31")
    again = await taken_in(small, access)
    versions = await access.pool.fetchval(
        "select count(*) from event where stream = 'reference/meetings'"
    )

    assert (again.reference, versions) == (("meetings",), 2)


async def test_a_few_meetings_take_nothing_from_the_rest_of_the_calendar(
    small: Path, tmp_path: Path, access: Access
) -> None:
    await taken_in(small, access)
    before = (await Plans(Reader(access.pool)).reference()).meetings
    one = tmp_path / "one" / "reference"
    one.mkdir(parents=True)
    (one / "meetings.csv").write_text("body,on\ntmu,2031-11-17\n", encoding="utf-8")
    await taken_in(one.parent, access)

    after = (await Plans(Reader(access.pool)).reference()).meetings
    assert after == {**before, "tmu": (*before["tmu"], date(2031, 11, 17))}


async def test_facts_alone_go_on_where_the_plans_rows_were_imported_before(
    small: Path, access: Access, tmp_path: Path
) -> None:
    await taken_in(small, access)
    facts = Table(small / "facts.csv")
    facts.path = tmp_path / "facts.csv"
    facts.add(plan="slaaenhaven", fact="remark_added", on="2013-09-30", text="Kun denne fil.")

    assert (await taken_in(facts.path, access)).events == 1
