"""Other plans through the command line and Postgres: two axes, repeats, refusals, rebuilding."""

import asyncio
import shutil
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from domain.other_plan import OtherPlanCommand, OtherPlanContent, RegisterOtherPlan, ReviseOtherPlan
from domain.refusals import Refusal
from infrastructure.command_service import CommandService, Moment, Order
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.verify import verify
from infrastructure.event_store.writer import Writer
from infrastructure.folders import folders
from infrastructure.importing import Access, Faulty, import_path
from infrastructure.plans import Plans
from infrastructure.registers import OTHER_PLANS
from tests.conftest import Database
from tests.importing.conftest import NOON, SAMPLE
from tests.registers.conftest import Run

ONE = UUID(int=77)
REGISTER = (
    *("other-plans", "register", "gaarde", "--kind", "architecture", "--title", "Gårde"),
    *("--area", "norrebro", "--start", "2013-01-01", "--source", "opdigtet", "--on", "2013-02-01"),
)


def by_id(found: object) -> dict[str, dict[str, object]]:
    assert isinstance(found, dict)
    return {each["other_plan"]: each for each in found["other_plans"]}


def test_the_sample_has_eight_of_which_seven_run_on_1_october_2013(run: Run) -> None:
    found = by_id(run("other-plans", "--json").json)

    assert (len(found), sum(bool(each["runs"]) for each in found.values())) == (8, 7)


def test_a_plan_is_registered_revised_ended_and_corrected(run: Run) -> None:
    steps = [
        run(*REGISTER, "--json"),
        run("other-plans", "revise", "gaarde", "--end", "2015-12-31", "--json"),
        run("other-plans", "end", "gaarde", "--last-day", "2014-06-30", "--json"),
        run(
            *("other-plans", "correct", "gaarde", "--entry", "3", "--last-day", "2014-07-31"),
            *("--reason", "Tastefejl", "--json"),
        ),
    ]

    assert [(step.code, step.json["version"]) for step in steps] == [(0, n) for n in (1, 2, 3, 4)]
    found = by_id(run("other-plans", "--json").json)["gaarde"]
    assert (found["end"], found["is_ended"]) == ("2014-07-31", True)


def test_what_held_and_what_was_known_are_asked_apart(run: Run) -> None:
    run(*REGISTER)

    held = by_id(run("other-plans", "--as-of", "2013-02-01", "--json").json)
    known = run("other-plans", "--as-of", "2013-02-01", "--known-at", "2013-03-01", "--json")

    assert "gaarde" in held
    assert "gaarde" not in by_id(known.json)


def test_the_same_command_again_records_nothing(run: Run) -> None:
    first = run(*REGISTER, "--command-id", str(ONE), "--json").json
    again = run(*REGISTER, "--command-id", str(ONE), "--json").json

    assert (first["repeated"], again["repeated"], again["version"]) == (False, True, 1)
    assert again["events"] == first["events"]


def test_a_version_that_was_not_seen_is_refused(run: Run) -> None:
    run(*REGISTER)
    late = run(
        "other-plans", "end", "gaarde", "--last-day", "2014-01-31", "--expected-version", "0"
    )

    assert late.code == 5
    assert "version 0" in late.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((*REGISTER[:-1], "2013-13-01"), 2, "--on"),
        ((*REGISTER[:-1], "2099-01-01"), 5, "efter i dag"),
        (tuple("no such" if w == "gaarde" else w for w in REGISTER), 2, "id"),
        (tuple("castle" if w == "architecture" else w for w in REGISTER), 2, "kind"),
        (tuple("atlantis" if w == "norrebro" else w for w in REGISTER), 5, "atlantis"),
        (("other-plans", "end", "nope", "--last-day", "2014-01-01"), 4, "nope"),
        (("other-plans", "--area", "bispebjerk"), 4, "bispebjerg"),
        (("timeline", "atlantis"), 4, "atlantis"),
    ],
)
def test_bad_input_ends_with_its_code_and_says_why(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(*words)

    assert (ended.code, said in ended.err) == (code, True), ended.err


def test_an_area_has_its_plans_of_every_kind_on_one_time_line(run: Run) -> None:
    found = run("timeline", "husum-tingbjerg", "--as-of", "2013-01-01", "--json").json
    running = [(each["kind"], each["id"]) for each in found["entries"] if each["runs"]]

    assert running == [
        ("plan", "lavendelhaven"),
        ("plan", "tulipanhaven"),
        ("infrastructure", "stier-tingbjerg"),
        ("letting", "udlejning-husum-tingbjerg"),
        ("plan", "tingbjerg-utterslevhuse"),
        ("plan", "paerehaven"),
    ]
    assert [each["start"] for each in found["entries"]] == sorted(
        each["start"] for each in found["entries"]
    )


def test_the_time_line_of_a_day_ahead_is_expected(run: Run) -> None:
    ended = run("timeline", "amager-sundby", "--as-of", "2014-06-01")

    assert (ended.code, "forventeligt" in ended.out, "Gårdrum" in ended.out) == (0, True, True)


async def test_of_two_at_once_on_one_version_one_is_refused(
    sample: Access, database: Database
) -> None:
    plans = Plans(Reader(sample.pool))
    content = OtherPlanContent.model_validate(
        {
            "kind": "letting",
            "title": "Udlejning",
            "area": "norrebro",
            "start": "2013-01-01",
            "source": "opdigtet",
        }
    )
    async with Writer.open(database.app_dsn) as writer:
        service = CommandService(plans, writer)

        async def ask(name: str, number: int, version: int | None) -> object:
            title = content.model_copy(update={"title": f"Udlejning {number}"})
            kind = RegisterOtherPlan if version == 0 else ReviseOtherPlan
            body: OtherPlanCommand = kind(content=title)
            order = Order(uuid5(ONE, f"{name}{number}"), "operator", body, version)
            try:
                done = await service.carry_out(OTHER_PLANS, name, order, Moment(NOON, NOON))
            except Refusal as refusal:
                return refusal.code
            return done.version

        await ask("a", 0, 0)
        strict = await asyncio.gather(*(ask("a", n, 1) for n in (1, 2, 3)))
        loose = await asyncio.gather(*(ask("a", n, None) for n in range(10, 20)))

    assert sorted(map(str, strict)) == ["2", "changed_meanwhile", "changed_meanwhile"]
    assert sorted(map(int, map(str, loose))) == list(range(3, 13))
    report = await verify(database.app_dsn, folders())
    assert report.is_sound


async def test_the_same_file_again_adds_nothing(sample: Access) -> None:
    again = await import_path(SAMPLE / "other_plans.csv", sample)

    assert again.other_plans == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2011-01-01,2014-12-31", "2011-01-01,2013-12-31", "other_plan_changed"),
        ("gaardrum-amager,architecture", "gaardrum-amager,castle", "unknown_word"),
        ("gaardrum-amager", "facader-urbanplanen", "other_plan_twice"),
        (
            "udlejning-norrebro,letting,Fleksibel udlejning på Nørrebro (opdigtet),norrebro",
            "ny,letting,Ny,atlantis",
            "unknown_area",
        ),
        ("2013-08-29,2013-09-03", "2013-08-29,2013-08-03", "known_before_it_was"),
        (
            "udlejning-norrebro,letting,Fleksibel udlejning på Nørrebro (opdigtet),norrebro,2011-01-01",
            "ny,letting,Ny,norrebro,2015-01-01",
            "ends_before_start",
        ),
        (
            "gaardrum-amager,architecture,Gårdrum på Amagerbro (opdigtet)",
            "ny,architecture,=cmd()",
            "formula",
        ),
    ],
)
async def test_a_bad_file_is_refused_whole(
    sample: Access, tmp_path: Path, old: str, new: str, code: str
) -> None:
    file = Path(shutil.copy(SAMPLE / "other_plans.csv", tmp_path))
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    before = await sample.pool.fetchval("select count(*) from event")

    with pytest.raises(Faulty) as caught:
        await import_path(file, sample)

    assert code in {fault.code for fault in caught.value.faults}
    assert await sample.pool.fetchval("select count(*) from event") == before
    assert all(fault.sentence("da") and fault.sentence("en") for fault in caught.value.faults)
