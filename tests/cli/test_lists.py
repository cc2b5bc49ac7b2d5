"""What can be asked: lists, one plan, the inbox, reminders, and the state of the installation."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run_alone

BEFORE_THE_TESTS = ("--known-at", "2013-09-30")
"""Other tests act on the demo's day, 1 October."""


@pytest.mark.parametrize(
    ("day", "count", "pool", "forecast"),
    [("2013-01-01", 21, 10, False), ("2014-01-01", 18, 17, True)],
)
def test_the_portfolio_counts_what_the_dates_say(
    run: Run, day: str, count: int, pool: int, *, forecast: bool
) -> None:
    found = run("plans", "--as-of", day, *BEFORE_THE_TESTS, "--json").json

    assert (found["as_of"], found["known_at"], found["forecast"]) == (day, "2013-09-30", forecast)
    assert len(found["plans"]) == count
    assert sum(plan["funding"] == "pool" for plan in found["plans"]) == pool


def test_a_plan_in_the_list_has_the_promised_fields(run: Run) -> None:
    listed = run("plans", "--as-of", "2013-01-01", "--json").json["plans"]
    plan = next(each for each in listed if each["plan"] == "nv-life")

    assert plan["title"] == "NV-LIFE"
    assert plan["area"] == "bispebjerg"
    assert plan["state"] == "running"
    assert (plan["start"], plan["end"][:4]) == ("2012-08-01", "2016")
    assert plan["council_approved_on"] < "2012-08-01"


def test_states_and_all_widen_the_list(run: Run) -> None:
    drafts = run("plans", "--state", "draft", *BEFORE_THE_TESTS, "--json").json["plans"]
    everything = run("plans", "--all", *BEFORE_THE_TESTS, "--json").json["plans"]

    assert "hyldehaven" in [plan["plan"] for plan in drafts]
    assert {plan["state"] for plan in drafts} == {"draft"}
    assert len(everything) > 30


def test_the_list_reads_well_in_danish_and_english(run: Run) -> None:
    danish = run("plans", "--as-of", "2014-01-01", *BEFORE_THE_TESTS).out
    english = run("plans", "--as-of", "2014-01-01", *BEFORE_THE_TESTS, "--lang", "en").out

    assert "18 planer den 2014-01-01 (forventeligt)" in danish
    assert "18 plans on 2014-01-01 (expected)" in english


@pytest.mark.parametrize(
    "words",
    [
        ("plans", "--state", "sleeping"),
        ("plans", "--as-of", "1/1"),
        ("show", "x", "--as-of", "i går"),
    ],
)
def test_a_state_or_day_that_cannot_be_read_is_a_usage_error(
    run: Run, words: tuple[str, ...]
) -> None:
    ended = run(*words, "--json")

    assert (ended.code, ended.error["code"]) == (2, "usage")


def test_one_plan_shows_all_that_there_is(run: Run) -> None:
    found = run("show", "tjoernehaven", *BEFORE_THE_TESTS, "--json").json

    assert found["state"] == "finance"
    assert found["waiting"]["on"] == ["oeu"]
    assert {item["status"] for item in found["package"]} <= {
        *("decided", "on_its_way", "in_force", "not_applicable", "missing", "ended"),
    }
    assert all(deadline["explained"] for deadline in found["deadlines"])
    assert found["money"]["budget_oere"] == sum(
        part["amount_oere"] for part in found["money"]["funding"]
    )
    assert found["criteria"]
    assert any("minority" in each["ruling"] for each in found["decisions"])
    assert found["papers"]
    assert found["timeline"][0]["what"].startswith("Udkast oprettet")
    assert not found["timeline"][0]["witnessed"]


def test_the_package_shows_what_is_forgotten_and_the_last_meetings_that_save_the_start(
    run: Run,
) -> None:
    found = run("show", "eksempelgaarden", *BEFORE_THE_TESTS, "--json").json
    money = next(item for item in found["package"] if item["point"] == "money")

    assert money["status"] == "missing"
    assert money["last_chain"][-1]["body"] == "br"
    assert money["last_chain"][-1]["meeting_on"] < found["start"]


def test_one_plan_as_it_was(run: Run) -> None:
    then = run("show", "nv-life", "--as-of", "2012-03-01", "--json").json

    assert then["as_of"] == "2012-03-01"
    assert then["state"] != "running"
    assert all(each["on"] <= "2012-03-01" for each in then["timeline"])


def test_before_it_was_drafted_there_was_no_such_plan(run: Run) -> None:
    assert run("show", "nv-life", "--as-of", "1999-01-01", "--json").code == 4


def test_show_prints_every_part_for_people(run: Run) -> None:
    printed = run("show", "tjoernehaven").out

    for part in ("Beslutningspakken", "Kommende frister", "Penge", "Beslutninger", "Tidslinje"):
        assert part in printed


def test_why_is_one_sentence_in_each_language(run: Run) -> None:
    found = run("why", "eksempelgaarden", "--json").json

    assert run("why", "eksempelgaarden").out.strip() == found["sentence"]["da"]
    assert run("why", "eksempelgaarden", "--lang", "en").out.strip() == found["sentence"]["en"]
    assert found["sentence"]["da"] != found["sentence"]["en"]
    assert found["consequence"]


@pytest.mark.parametrize("command", [("why",), ("show",), ("notices",), ("refusals",)])
def test_an_unknown_plan_is_not_found_and_near_names_are_told(
    run: Run, command: tuple[str, ...]
) -> None:
    ended = run(*command, "nv-lief", "--json")

    assert ended.code == 4
    assert ended.error["facts"]["near"] == ["nv-life"]


def test_the_inbox_begins_with_what_is_late(run: Run) -> None:
    tasks = run("inbox", "--json").json["tasks"]
    late = [task["is_late"] for task in tasks]

    assert late == sorted(late, reverse=True)
    assert all(task["consequence_name"] and task["name"] for task in tasks)


def test_a_persons_inbox_has_the_tasks_of_the_roles_that_the_person_fills(run: Run) -> None:
    officer = run("inbox", "--person", "p-0002", "--json").json["tasks"]
    secretary = run("inbox", "--person", "sekretariat-oeu", "--json").json["tasks"]

    assert {task["party"] for task in officer} == {"p-0002"}
    assert {task["party"] for task in secretary} == {"role:secretary/oeu"}


def test_an_unknown_person_is_not_found(run: Run) -> None:
    ended = run("inbox", "--person", "p-002", "--json")

    assert ended.code == 4
    assert "p-0002" in ended.error["facts"]["near"]


def test_promised_reminders_are_there_before_they_are_due(run: Run) -> None:
    found = run("notices", "eksempelgaarden", "--json").json["notices"]

    assert {"package_paper", "package_start"} <= {each["kind"] for each in found}
    assert all(each["send_on"] >= "2013-10-01" for each in found if each["status"] == "planned")


def test_everything_that_was_due_is_accounted_for(run: Run) -> None:
    assert run("notices", "--unaccounted", "--json").json["notices"] == []


def test_the_log_is_sound(run: Run) -> None:
    found = run("verify", "--json").json

    assert found["is_sound"]
    assert found["events"] == found["position"] > 1000


def test_a_rebuild_finds_nothing_to_change(run: Run) -> None:
    changed = run("rebuild", "--json").json["changed"]

    assert {(each["removed"], each["written"]) for each in changed.values()} == {(0, 0)}


def test_the_doctor_finds_everything_at_work(run: Run) -> None:
    found = run("doctor", "--json").json

    assert [check["check"] for check in found["checks"] if not check["is_ok"]] == []
    assert {"postgres", "schema", "temporal", "worker", "chain", "workflows", "stuck_tasks"} <= {
        check["check"] for check in found["checks"]
    }


def test_the_schema_is_the_newest(run: Run) -> None:
    assert run("migrate", "--json").json == {"applied": []}


def test_a_mail_that_was_never_sent_is_not_found(run: Run) -> None:
    assert run("mails", "no-such-mail", "--json").code == 4


def test_a_mail_that_was_sent_can_be_read(run: Run) -> None:
    mails = run("mails", "--json").json["mails"]

    for mail in mails[:1]:
        assert run("mails", mail["mail"], "--json").json["text"]


def test_importing_the_sample_again_adds_nothing(run: Run) -> None:
    found = run("import", "examples/koebenhavn", "--json").json

    assert found["plans"] == found["parties"] == found["reference"] == []


def test_a_file_with_faults_is_refused_with_each_of_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plans.json"
    file.write_text('[{"plan": "Æ", "title": "", "start": "31/12"}]', encoding="utf-8")
    ended = run("import", str(file), "--json")

    assert (ended.code, ended.error["code"]) == (5, "import_faulty")
    assert all(fault["remedy"] for fault in ended.error["facts"]["faults"])


def test_a_path_that_is_not_there_is_not_found(run: Run) -> None:
    assert run("import", "/nowhere", "--json").code == 4


def test_nothing_is_found_where_nothing_runs() -> None:
    ended = run_alone("plans", "--data", "/tmp/hp-nowhere", "--json")

    assert (ended.code, ended.error["code"]) == (75, "try_later")
    assert "helhedsplan up" in ended.err


def test_what_the_imported_history_broke_is_shown(run: Run) -> None:
    breaches = run("show", "anemonehaven", "--json").json["breaches"]

    assert {each["code"] for each in breaches} == {"not_this_bodys_turn"}


def test_a_plan_that_was_not_there_yet_is_told_from_one_that_is_unknown(run: Run) -> None:
    ended = run("show", "nv-life", "--as-of", "2010-01-01", "--json")

    assert (ended.code, ended.error["facts"]) == (4, {"as_of": "2010-01-01"})
