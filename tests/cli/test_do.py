"""`do`: every command of a plan, from a file."""

import json
from pathlib import Path

import pytest

from cli.catalogue import command_types
from cli.examples import EXAMPLES
from infrastructure.clock import new_id
from tests.cli.conftest import Given, Run


def test_every_command_has_an_example() -> None:
    assert set(command_types()) == {example.command for example in EXAMPLES}


def test_every_example_works_when_they_are_played_in_turn(run: Run) -> None:
    failed = []
    for example in EXAMPLES:
        content = json.dumps(example.content)
        ended = run("do", example.plan, example.command, "--file", "-", "--json", typed=content)
        if ended.code != 0 or not ended.json["events"]:
            failed.append((example.command, ended.err))
    assert failed == []


def test_the_list_says_for_each_command_what_a_file_holds(run: Run) -> None:
    listed = {each["command"]: each for each in run("do", "--list", "--json").json["commands"]}

    assert set(listed) == set(command_types())
    assert listed["withdraw"]["fields"] == {"on?": "date", "reason": "text"}
    assert listed["withdraw"]["examples"][0]["content"]["reason"]


def test_an_example_of_the_list_can_be_pasted_into_a_shell(run: Run) -> None:
    printed = run("do", "--list").out

    assert "helhedsplan do bakkegaarden add_remark --file -" in printed


def test_a_text_is_stored_beside_the_log_and_the_event_only_names_it(
    run: Run, drafted: Given
) -> None:
    plan = drafted()
    secret = "Der er ringet til beboerne"
    ended = run(
        "do", plan, "add_remark", "--file", "-", "--json", typed=f'{{"remark": "{secret}"}}'
    )

    ref = ended.json["events"][0]["remark"]
    assert secret not in ended.out
    assert run("show", plan, "--json").json["texts"][ref["id"]] == secret


def test_the_text_of_a_refused_command_is_taken_back(run: Run, drafted: Given) -> None:
    """The courier may record a mail meanwhile: the plan and the texts are looked at, not the log."""
    plan = drafted()
    before = run("verify", "--json").json["texts_ok"]
    ended = run("do", plan, "terminate", "--file", "-", typed='{"reason": "Uden virkning"}')

    assert ended.code == 5
    assert run("show", plan, "--json").json["version"] == 1
    assert run("verify", "--json").json["texts_ok"] == before


def test_the_same_command_id_again_gets_the_same_answer(run: Run, drafted: Given) -> None:
    plan, command_id = drafted(), str(new_id())
    words = ("do", plan, "add_remark", "--file", "-", "--command-id", command_id, "--json")
    first = run(*words, typed='{"remark": "En gang"}').json
    second = run(*words, typed='{"remark": "En gang"}').json

    assert (first["repeated"], second["repeated"]) == (False, True)
    assert second["events"] == first["events"]
    assert run("show", plan, "--json").json["version"] == first["version"]


def test_a_stale_version_is_refused_with_both_versions(run: Run, drafted: Given) -> None:
    plan = drafted()
    words = ("--expected-version", "0", "--json")
    ended = run("do", plan, "add_remark", "--file", "-", *words, typed='{"remark": "For sent"}')

    assert ended.code == 5
    assert ended.error["code"] == "stale"
    assert (ended.error["facts"]["expected"], ended.error["facts"]["actual"]) == (0, 1)
    assert [each["event"]["type"] for each in ended.error["facts"]["since"]] == ["plan_drafted"]
    assert "Udkast oprettet" in ended.error["message"]


def test_a_file_is_read_and_hyphens_do_as_well(run: Run, drafted: Given, tmp_path: Path) -> None:
    file = tmp_path / "remark.json"
    file.write_text('{"remark": "Fra en fil"}', encoding="utf-8-sig")

    assert run("do", drafted(), "add-remark", "--file", str(file)).code == 0


@pytest.mark.parametrize(
    ("command", "content", "wrong"),
    [
        ("record_lbf_commitment", '{"amount_oere": 1.5, "document_number": "2013-1"}', "amount"),
        ("record_lbf_commitment", '{"amount_oere": "12", "document_number": "2013-1"}', "amount"),
        ("record_lbf_commitment", '{"amount_oere": 1, "document_number": "2013"}', "document"),
        ("extend", '{"end": "31.12.2016", "reason": "x"}', "end"),
        ("withdraw", '{"reason": "x", "resaon": "y"}', "resaon"),
        ("withdraw", "{}", "reason"),
        ("withdraw", '{"type": "lapse", "reason": "x"}', "lapse"),
        ("withdraw", '{"reason": ', "JSON"),
        ("withdraw", "[]", "JSON"),
    ],
)
def test_content_that_does_not_fit_is_refused_with_the_field(
    run: Run, command: str, content: str, wrong: str
) -> None:
    ended = run("do", "nv-life", command, "--file", "-", "--json", typed=content)

    assert ended.code == 2
    assert ended.error["code"] == "usage"
    assert wrong in ended.error["message"]


def test_a_character_that_no_database_holds_is_refused_before_anything_is_sent(
    run: Run, drafted: Given
) -> None:
    ended = run("do", drafted(), "add_remark", "--file", "-", typed='{"remark": "a\\u0000b"}')

    assert ended.code == 2


def test_the_clocks_own_command_is_refused(run: Run) -> None:
    ended = run("do", "nv-life", "pass_time", "--json")

    assert (ended.code, ended.error["code"]) == (5, "only_the_clock")


def test_an_unknown_command_is_not_found(run: Run) -> None:
    ended = run("do", "nv-life", "explode", "--json")

    assert ended.code == 4
    assert "withdraw" in ended.error["facts"]["known"]
