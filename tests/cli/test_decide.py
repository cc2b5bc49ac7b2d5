"""`decide`, `correct` and `report`: what bodies and LBF said, as people enter it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ended, Given, Run

FORUM = ("--body", "forum-bispebjerg", "--meeting", "2013-09-05")


def _rulings(ended: Ended) -> list[dict[str, Any]]:
    assert ended.code == 0, ended.err
    return [event["ruling"] for event in ended.json["events"]]


def test_without_points_a_body_decides_on_all_that_it_has(run: Run, submitted: Given) -> None:
    ended = run("decide", submitted(), *FORUM, "--outcome", "approved", "--json")

    points = [ruling["point"] for ruling in _rulings(ended)]
    assert points == ["content", "contract/children", "contract/health"]


def test_everything_that_was_said_stands_in_the_event(run: Run, submitted: Given) -> None:
    plan = submitted()
    assert run("decide", plan, *FORUM, "--outcome", "approved").code == 0
    ended = run(
        *("decide", plan, "--body", "tmu", "--meeting", "16-09-2013", "--point", "content"),
        *("--outcome", "approved_with_condition", "--condition", "Bilag", "--reason", "Mangler"),
        *("--answer-by", "2013-10-14", "--votes", "Liste A:4-2-1", "--votes", "Liste B 3-0"),
        *("--minority", "Liste A:2013-09-27", "--recused", "p-0031", "--closed", "--signed"),
        *("--statement", "Bemærkning", "--reservation", "Forbehold", "--amendment-lost", "Nej"),
        *("--item", "7", "--document-number", "2013-1", "--json"),
    )

    event = ended.json["events"][0]
    ruling, sitting = event["ruling"], event["sitting"]
    assert [list(vote.values()) for vote in ruling["votes"]] == [
        ["Liste A", 4, 2, 1],
        ["Liste B", 3, 0, 0],
    ]
    assert ruling["minority"] == {"party": "Liste A", "reasons_due": "2013-09-27"}
    assert ruling["amendments"][0]["is_carried"] is False
    assert len(ruling["minutes_statements"]) == len(ruling["reservations"]) == 1
    assert (sitting["agenda_item"], sitting["recused"]) == ("7", ["p-0031"])
    assert (sitting["is_closed_item"], sitting["is_provisional"]) == (True, False)


def test_a_rule_that_speaks_against_it_says_what_to_do(run: Run, submitted: Given) -> None:
    words = ("--outcome", "postponed", "--lang", "en", "--json")
    ended = run("decide", submitted(), *FORUM, *words)

    assert (ended.code, ended.error["code"]) == (5, "reason_required")
    assert ended.err.strip() == ended.error["message"]
    assert ended.error["facts"]["point"] == "content"


def test_a_body_whose_turn_it_is_not_is_told_who_is_awaited(run: Run, submitted: Given) -> None:
    words = ("--body", "oeu", "--meeting", "2013-09-24", "--outcome", "approved", "--json")
    ended = run("decide", submitted(), *words)

    assert ended.error["code"] == "not_this_bodys_turn"
    assert ended.error["facts"]["waits_for"] == ["forum-bispebjerg"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--outcome", "yes"),
        ("--outcome", "approved", "--votes", "Liste A 4"),
        ("--outcome", "approved", "--votes", "Liste A:56-0"),
        ("--outcome", "postponed", "--postponed-to", "19/9"),
        ("--outcome", "approved", "--minority", "2013-09-27"),
        ("--outcome", "approved", "--document-number", "12"),
        ("--outcome", "approved", "--command-id", "7"),
        (),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(
    run: Run, submitted: Given, wrong: tuple[str, ...]
) -> None:
    ended = run("decide", submitted(), *FORUM, *wrong, "--json")

    assert (ended.code, ended.error["code"]) == (2, "usage")


def test_a_new_decision_supersedes_the_former(run: Run, submitted: Given) -> None:
    plan = submitted()
    run("decide", plan, *FORUM, "--outcome", "approved", "--point", "content")
    words = ("--body", "forum-bispebjerg", "--meeting", "2013-09-19", "--point", "content")
    again = run("decide", plan, *words, "--outcome", "approved", "--json")
    ended = run("decide", plan, *words, "--outcome", "approved", "--new", "--json")

    assert again.error["code"] == "already_decided"
    assert ended.json["events"][0]["supersedes"] == "d1"


def test_a_correction_changes_only_what_was_mistyped(run: Run, submitted: Given) -> None:
    plan = submitted()
    words = ("--outcome", "approved", "--point", "content", "--item", "4", "--votes", "Liste A:3-1")
    run("decide", plan, *FORUM, *words)
    ended = run("correct", plan, "d1", "--because", "Tastefejl", "--item", "5", "--json")

    event = ended.json["events"][0]
    assert event["type"] == "entry_corrected"
    assert event["sitting"]["agenda_item"] == "5"
    assert event["ruling"]["votes"][0]["votes_for"] == 3


def test_a_correction_of_an_entry_that_is_not_there_names_those_that_are(
    run: Run, submitted: Given
) -> None:
    ended = run("correct", submitted(), "d9", "--because", "x", "--item", "5", "--json")

    assert (ended.code, ended.error["code"]) == (5, "unknown_decision")


def _form(tmp_path: Path, *plans: dict[str, Any]) -> str:
    file = tmp_path / "meeting.json"
    shared = {"body": "forum-bispebjerg", "meeting": "2013-09-05", "signed": True}
    file.write_text(json.dumps(shared | {"plans": list(plans)}))
    return str(file)


def test_a_whole_meeting_is_entered_in_one_file(run: Run, submitted: Given, tmp_path: Path) -> None:
    first, second = submitted(), submitted()
    form = _form(
        tmp_path,
        {"plan": first, "points": ["content"], "outcome": "approved", "item": "1"},
        {"plan": second, "outcome": "postponed", "no_reason": True, "item": "2"},
    )
    results = run("decide", "--file", form, "--json").json["results"]

    assert [(each["plan"], each["exit_code"]) for each in results] == [(first, 0), (second, 0)]
    assert results[1]["events"][0]["ruling"]["postponed_to"] == "2013-09-19"


def test_what_is_refused_for_one_plan_is_recorded_for_the_others(
    run: Run, submitted: Given, drafted: Given, tmp_path: Path
) -> None:
    draft, waiting = drafted(), submitted()
    form = _form(
        tmp_path,
        {"plan": draft, "outcome": "approved"},
        {"plan": "ingen-plan", "outcome": "approved"},
        {"plan": waiting, "outcome": "approved"},
    )
    ended = run("decide", "--file", form, "--json")

    assert ended.code == 5
    assert [each["exit_code"] for each in ended.json["results"]] == [5, 4, 0]
    assert ended.json["results"][0]["error"]["code"] == "not_submitted"


def test_the_same_form_again_adds_nothing(run: Run, submitted: Given, tmp_path: Path) -> None:
    form = _form(tmp_path, {"plan": submitted(), "outcome": "approved"})
    first = run("decide", "--file", form, "--json").json["results"][0]
    second = run("decide", "--file", form, "--json").json["results"][0]

    assert second["repeated"]
    assert second["version"] == first["version"]


def test_a_spreadsheet_user_can_fill_in_the_form(
    run: Run, submitted: Given, tmp_path: Path
) -> None:
    plan, file = submitted(), tmp_path / "meeting.csv"
    head = ["plan", "body", "meeting", "points", "outcome", "reason", "votes", "signed"]
    body, day = "forum-bispebjerg", "05-09-2013"
    with file.open("w", newline="", encoding="utf-8-sig") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(head)
        writer.writerow(
            [plan, body, day, "content", "approved", "", "Liste 1 4-0|Liste 2 0-3", "ja"]
        )
        writer.writerow([plan, body, day, "contract/health", "rejected", "Ej nu", "", "ja"])
    result = run("decide", "--file", str(file), "--json").json["results"][0]

    rulings = [event["ruling"] for event in result["events"]]
    assert [ruling["outcome"] for ruling in rulings] == ["approved", "rejected"]
    assert [vote["votes_against"] for vote in rulings[0]["votes"]] == [0, 3]


@pytest.mark.parametrize(
    "text",
    ["", "plan;body\n", "[1]", '{"plans": [{"outcome": "approved"}]}', '[{"plan": "x", "wot": 1}]'],
)
def test_a_file_that_is_no_form_is_refused_whole(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "meeting.txt"
    file.write_text(text)

    assert run("decide", "--file", str(file), "--json").code == 2


def test_a_form_that_is_not_there_is_not_found(run: Run) -> None:
    assert run("decide", "--file", "/nowhere/meeting.json", "--json").code == 4


def test_a_report_is_sent_returned_extended_and_accepted(run: Run) -> None:
    words = ("report", "tulipanhaven", "--year", "2012", "--part", "goals")
    steps = (
        ("--sent-on", "2013-09-30", "--document-number", "2013-1"),
        ("--returned", "--remarks", "Bilag mangler", "--answer-by", "2013-10-29"),
        ("--extended-to", "2013-11-30", "--document-number", "2013-2"),
        (),
        ("--accepted",),
    )
    ended = [run(*words, *step, "--json") for step in steps]

    assert [each.json["events"][0]["type"] for each in ended] == [
        "report_submitted",
        "report_returned",
        "report_extended",
        "report_submitted",
        "report_accepted",
    ]


def test_a_report_takes_one_step_at_a_time(run: Run) -> None:
    words = ("report", "nv-life", "--year", "2012", "--part", "account")

    assert run(*words, "--accepted", "--returned", "--json").code == 2
    assert run(*words, "--returned", "--json").code == 2
    assert run("report", "nv-life", "--year", "2012", "--part", "budget", "--json").code == 2
