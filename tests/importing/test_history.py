"""Plans are taken in at any stage of their life, as they were, with what broke today's rules."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from domain.plan.state import Phase
from infrastructure.event_store.reader import Reader
from infrastructure.importing import Access
from infrastructure.importing.flags import kept_flags
from infrastructure.plans import Plans
from tests.conftest import Database
from tests.importing.conftest import NOON, SAMPLE, Table, taken_in

PHASES = {
    "amagerbro": Phase.AT_LBF,
    "stikkelsbaerhaven": Phase.APPROVED,
    "hasselhaven": Phase.COMMITTED,
    "hyldehaven": Phase.DRAFT,
    "ribsgaarden": Phase.FORUM,
    "brombaerhaven": Phase.FORUM,
    "eksempelgaarden": Phase.COMMITTEES,
    "kvaedehaven": Phase.COMMITTEES,
    "mispelhaven": Phase.COMMITTEES,
    "slaaenhaven": Phase.COUNCIL,
    "tjoernehaven": Phase.FINANCE,
    "nv-life": Phase.RUNNING,
    "rosenhaven": Phase.EXPIRED,
    "akacieparken-2007": Phase.CLOSED,
    "morbaerhaven": Phase.WITHDRAWN,
}


@pytest.fixture
async def plans(access: Access) -> Plans:
    await taken_in(SAMPLE, access)
    return Plans(Reader(access.pool))


async def events(access: Access, plan: str) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await access.pool.fetch(
        "select * from event where stream = $1 order by version", f"plan/{plan}"
    )
    return found


async def test_the_sample_stands_where_its_readme_says(access: Access, plans: Plans) -> None:
    rows = await access.pool.fetch(
        "select stream, facets ->> 'phase' as phase from state_row where kind = 'plan'"
    )
    found = {row["stream"].removeprefix("plan/"): row["phase"] for row in rows}

    assert {plan: found[plan] for plan in PHASES} == PHASES


async def test_the_sample_is_in_within_three_seconds(access: Access) -> None:
    assert (await taken_in(SAMPLE, access)).seconds < 3


async def test_only_the_eleven_on_earlier_grants_broke_a_rule(access: Access) -> None:
    flags = (await taken_in(SAMPLE, access)).flags

    assert {flag.code for flag in flags} == {"not_this_bodys_turn"}
    assert len({flag.name.plan for flag in flags}) == 11


async def test_flags_are_kept_for_the_plan_that_they_are_about(access: Access) -> None:
    await taken_in(SAMPLE, access)
    kept = await kept_flags(access.pool, "rosenhaven")

    assert [(flag.code, flag.facts["point"]) for flag in kept] == [
        ("not_this_bodys_turn", "content"),
        ("not_this_bodys_turn", "lbf"),
        ("not_this_bodys_turn", "money"),
    ]


async def test_imported_facts_are_stated_not_witnessed_and_known_from_their_journal_day(
    access: Access, plans: Plans
) -> None:
    found = await events(access, "paerehaven")
    (council,) = [
        e
        for e in found
        if '"body":"br"' in e["data"]
        and '"content"' in e["data"]
        and e["type"] == "decision_recorded"
    ]

    assert not any(event["witnessed"] for event in found)
    assert (council["valid_on"], council["recorded_on"]) == (date(2012, 12, 6), date(2012, 12, 11))
    assert council["recorded_at"] == NOON


async def test_what_the_clock_brings_comes_on_its_own_days(access: Access, plans: Plans) -> None:
    found = [e for e in await events(access, "nv-life") if e["actor"] == "clock"]

    assert [(e["type"], e["valid_on"], e["recorded_on"]) for e in found] == [
        ("plan_started", date(2012, 8, 1), date(2012, 8, 1)),
        ("reports_opened", date(2013, 1, 1), date(2013, 1, 1)),
    ]


async def test_reminders_are_promised_from_the_day_of_the_import_on(
    access: Access, plans: Plans
) -> None:
    early = await access.pool.fetchval(
        "select count(*) from notice where send_on < $1", NOON.date()
    )
    planned = await access.pool.fetchval("select count(*) from notice where status = 'planned'")

    assert early == 0
    assert planned > 100


async def test_free_text_stands_in_the_text_table_only(access: Access, plans: Plans) -> None:
    leaked = await access.pool.fetchval(
        "select count(*) from (select data as x from event union all select body from state_row"
        " union all select cells::text || texts::text from imported_row) t"
        " where x like '%Organisationen vil søge sammen%'"
    )
    kept = await access.pool.fetchval(
        "select count(*) from text where body like 'Organisationen vil søge sammen%'"
    )

    assert (leaked, kept) == (0, 1)


async def test_money_is_read_to_the_last_oere(access: Access, plans: Plans) -> None:
    plan = await plans.load("akacieparken-2007")

    assert plan is not None
    assert plan.spent_oere == 7_912_400_50


async def test_a_correction_keeps_what_was_entered_first(access: Access, plans: Plans) -> None:
    plan = await plans.load("mirabellehaven")
    assert plan is not None
    tmu = [d for d in plan.decisions if d.sitting.body == "tmu"]

    assert {(d.sitting.meeting_on, d.corrections) for d in tmu} == {(date(2013, 1, 7), 1)}


async def test_a_day_that_goes_backwards_is_imported_and_flagged(
    small: Path, access: Access
) -> None:
    Table(small / "facts.csv").add(
        plan="slaaenhaven", fact="remark_added", on="2013-08-01", text="Glemt."
    )
    (flag,) = (await taken_in(small, access)).flags

    assert (flag.code, flag.facts["after"]) == ("day_backwards", "2013-09-24")


async def test_a_start_without_money_and_a_broken_ceiling_are_history_and_flagged(
    small: Path, access: Access
) -> None:
    Table(small / "plans.csv").set(2, pool_kr="1.500.000,00", lbf_kr="5.500.000,00")
    flags = (await taken_in(small, access)).flags

    assert [flag.code for flag in flags] == ["municipal_share_too_high"]


async def test_a_clock_fact_written_as_the_clock_brings_it_counts_once(
    folder: Path, access: Access
) -> None:
    facts = Table(folder / "facts.csv")
    facts.add(plan="nv-life", fact="plan_started", on="2012-08-01", outcome="released")
    imported = await taken_in(folder, access)
    found = await events(access, "nv-life")

    assert [e["type"] for e in found].count("plan_started") == 1
    assert not [
        flag
        for flag in imported.flags
        if flag.name.plan == "nv-life" and flag.code != "day_backwards"
    ]


async def test_a_clock_fact_on_another_day_stands_in_place_of_the_clocks(
    folder: Path, access: Access
) -> None:
    facts = Table(folder / "facts.csv")
    line = facts.line_of(plan="nv-life", fact="report_submitted")
    row = dict.fromkeys(facts.header, "")
    row |= {
        "plan": "nv-life",
        "fact": "plan_started",
        "on": "2012-09-01",
        "outcome": "not_released",
    }
    facts.rows.insert(line - 2, [row[column] for column in facts.header])
    facts.save()
    await taken_in(folder, access)
    found = [e for e in await events(access, "nv-life") if e["type"] == "plan_started"]

    assert [(e["valid_on"], '"is_money_released":false' in e["data"]) for e in found] == [
        (date(2012, 9, 1), True)
    ]


async def test_a_semicolon_file_with_a_mark_and_danish_dates_says_the_same(
    small: Path, access: Access, database: Database
) -> None:
    for name in ("plans.csv", "criteria.csv", "facts.csv", "directory.csv"):
        path = small / name
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        columns = [i for i, n in enumerate(rows[0]) if n in ("on", "start", "end", "drafted_on")]
        for row in rows[1:]:
            for i in columns:
                row[i] = "-".join(reversed(row[i].split("-")))
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
        path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    await taken_in(small, access)
    before = await access.pool.fetchval("select count(*) from event")
    again = await taken_in(SAMPLE, access)

    assert "slaaenhaven" in again.unchanged
    assert before > 10


async def test_one_json_file_says_what_a_folder_of_csv_says(
    small: Path, access: Access, tmp_path: Path
) -> None:
    bundle: dict[str, object] = {}
    for name in ("directory", "plans", "criteria", "facts"):
        with (small / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            bundle[name] = [
                {key: _listed(key, cell) for key, cell in row.items() if cell}
                for row in csv.DictReader(file)
            ]
        (small / f"{name}.csv").unlink()
    path = tmp_path / "alt.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    await taken_in(small, access)
    imported = await taken_in(path, access)

    assert imported.new_plans == ("slaaenhaven",)
    assert "slaaenhaven" in (await taken_in(SAMPLE, access)).unchanged


def _listed(key: str, cell: str) -> str | list[str]:
    return cell.split(";") if key in ("organisations", "points", "committees") else cell


async def test_the_readmes_small_folder_is_taken_in(access: Access, tmp_path: Path) -> None:
    """Beside the sample's reference data and predecessor, which it builds upon."""
    await taken_in(SAMPLE, access)
    text = (SAMPLE.parent / "README.md").read_text(encoding="utf-8")
    for name in ("directory.csv", "plans.csv", "criteria.csv", "facts.csv"):
        part = text.split(f"`{name}`", 1)[1].split("```csv\n", 1)[1].split("```", 1)[0]
        (tmp_path / name).write_text(part, encoding="utf-8")
    imported = await taken_in(tmp_path, access)

    assert imported.new_plans == ("prikken",)
    assert imported.flags == ()
