"""The yearly evaluation through the command line and Postgres."""

import asyncio
import shutil
from pathlib import Path

import pytest

from infrastructure.event_store.verify import verify
from infrastructure.folders import folders
from infrastructure.importing import Access, Faulty, import_path
from tests.conftest import Database
from tests.importing.conftest import SAMPLE
from tests.registers.conftest import Run

OPEN = ("evaluation", "2013", "open", "--on", "2013-08-01", "--due", "2013-09-20")
BISPEBJERG = ("--forum", "forum-bispebjerg")
CITY = (*BISPEBJERG, "--side", "municipality")
HOUSING = (*BISPEBJERG, "--side", "organisations")
WELL = ("evaluation", "2013", "answer", *CITY, "--assessment", "works_well", "--on", "2013-09-02")


def ok(run: Run, *words: str) -> None:
    ended = run(*words)
    assert ended.code == 0, ended.err


def part(run: Run, year: str, side: str) -> dict[str, object]:
    parts = run("evaluation", year, "--json").json["parts"]
    (found,) = [p for p in parts if (p["forum"], p["side"]) == ("forum-bispebjerg", side)]
    assert isinstance(found, dict)
    return found


def test_an_opening_asks_both_sides_of_six_fora_about_the_plans_that_ran(run: Run) -> None:
    ok(run, *OPEN)
    found = run("evaluation", "2013", "--json").json

    assert (len(found["parts"]), len({p["forum"] for p in found["parts"]})) == (12, 6)
    assert set(found["parts"][0]["plans"]) >= {"lundtoftegade", "hothers-plads"}


def test_overdue_parts_are_named_and_owed_a_reminder_until_it_is_given(run: Run) -> None:
    ok(run, *OPEN)
    ok(run, *WELL, "--statement", "Møderne er faste.")
    before = run("evaluation", "2013", "--json").json
    ok(run, "evaluation", "2013", "remind")

    assert len(before["overdue"]) == 11
    assert "forum-bispebjerg/municipality" not in before["overdue"]
    late = part(run, "2013", "organisations")
    assert (late["standing"], late["days_late"], late["reminder_owed_since"]) == (
        "overdue",
        11,
        None,
    )
    assert late["next_reminder"] == "2013-10-04"
    assert part(run, "2013", "municipality")["statement"] == "Møderne er faste."


def test_the_sample_holds_the_evaluation_of_2012_whole(run: Run) -> None:
    found = run("evaluation", "2012", "--json").json

    assert (found["answered"], found["concluded_on"], found["overdue"]) == (12, "2013-01-31", [])


def test_a_year_is_shown_beside_the_one_before(run: Run) -> None:
    ok(run, *OPEN)
    ok(run, *WELL[:2], "answer", *HOUSING, "--assessment", "works_poorly")
    found = part(run, "2013", "organisations")

    assert (found["last_year"], found["change"]) == ("works_partly", "worse")
    assert found["plans_new"] == []
    assert "dårligere nu" in run("evaluation", "2013").out


async def test_the_same_file_again_adds_nothing(sample: Access) -> None:
    again = await import_path(SAMPLE / "evaluations.csv", sample)

    assert again.evaluations == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("works_partly", "works_poorly", "evaluation_changed"),
        ("works_partly", "splendid", "unknown_word"),
        ("2012,forum-norrebro,municipality", "2011,forum-norrebro,municipality", "parts_missing"),
        ("2012-12-14,2012-11-12", "2012-12-15,2012-11-12", "year_disagrees"),
        ("works_partly", "", "answer_half"),
        ("2012,forum-norrebro", "2015,forum-norrebro", "year_not_begun"),
        ("2012,forum-norrebro", "2011,forum-nowhere", "unknown_forum"),
    ],
)
async def test_a_bad_file_is_refused_whole(
    sample: Access, tmp_path: Path, old: str, new: str, code: str
) -> None:
    file = Path(shutil.copy(SAMPLE / "evaluations.csv", tmp_path))
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    before = await sample.pool.fetchval("select count(*) from event")

    with pytest.raises(Faulty) as caught:
        await import_path(file, sample)

    assert code in {fault.code for fault in caught.value.faults}
    assert await sample.pool.fetchval("select count(*) from event") == before
    assert all(fault.sentence("da") and fault.sentence("en") for fault in caught.value.faults)


def test_a_mistyped_answer_is_corrected_and_the_whole_is_concluded(run: Run) -> None:
    ok(run, *OPEN)
    ok(run, *WELL)
    fix = ("evaluation", "2013", "correct", *CITY, "--assessment", "works_partly")
    ok(run, *fix, "--reason", "Tastefejl")
    ok(run, "evaluation", "2013", "conclude", "--statement", "Resten svarede ikke.")

    assert part(run, "2013", "municipality")["assessment"] == "works_partly"
    assert part(run, "2013", "organisations")["standing"] == "missing"


async def test_the_read_model_is_what_the_log_says(run: Run, database: Database) -> None:
    await asyncio.to_thread(run, *OPEN)
    await asyncio.to_thread(run, *WELL)
    report = await verify(database.app_dsn, folders())

    assert report.is_sound


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2013",), 4, "open"),
        (("2013", "celebrate"), 2, "status"),
        (("2013", "open"), 2, "due_on"),
        (("2014", "open", "--due", "2014-10-01"), 5, "2014"),
        (("2013", "answer", *CITY), 2, "assessment"),
        (("2013", "answer", *CITY, "--assessment", "works_well"), 5, "open"),
        (("2013", "open", "--due", "2013-10-20", "--reminder", "-999"), 2, "reminders"),
        (("2013", "open", "--due", "2013-09-01", "--on", "2013-09-01"), 5, "Fristen"),
    ],
)
def test_bad_input_ends_with_its_code_and_says_why(
    run: Run, sample: Access, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run("evaluation", *words)

    assert (ended.code, said in ended.err) == (code, True), ended.err
