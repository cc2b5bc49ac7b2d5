"""Scripts: bad ones are refused with line and remedy, good ones change what is expected."""

import json
from datetime import date
from pathlib import Path

import pytest

from rehearsal.script import BadScript, Script, Texts, check_plans, read_script


def faults_of(folder: Path, text: str) -> list[tuple[int, str]]:
    path = folder / "script.json"
    path.write_text(text)
    with pytest.raises(BadScript) as refused:
        read_script(path, Texts({}))
    assert all(fault.remedy for fault in refused.value.faults)
    return [(fault.line, fault.where) for fault in refused.value.faults]


def script(folder: Path, **content: object) -> Path:
    path = folder / "script.json"
    path.write_text(json.dumps(content, indent=1))
    return path


def test_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    assert faults_of(tmp_path, '{\n "plans": {\n  "a": [}\n}') == [(3, "")]


def test_an_unknown_step_is_refused_with_its_line(tmp_path: Path) -> None:
    text = '{"plans": {\n "a": [\n  {"do": "commit", "amount_oere": 1},\n  {"do": "dance"}]}}'

    assert faults_of(tmp_path, text) == [(4, "plans/a/1")]


def test_every_fault_is_listed(tmp_path: Path) -> None:
    text = (
        '{"plans": {"a": [\n'
        '{"do": "rule", "body": "tmu", "ruling": {"outcome": "postpone"}},\n'
        '{"do": "report_late", "year": 2014, "artefact": "account"},\n'
        '{"do": "command", "on": "2014-1", "command": {"type": "resume"}}]},\n'
        '"bounce": []}'
    )

    assert [line for line, _ in faults_of(tmp_path, text)] == [2, 3, 4, 5]


def test_a_plan_that_is_not_played_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = script(tmp_path, plans={"nowhere": []})
    with pytest.raises(BadScript) as refused:
        check_plans(path, read_script(path, Texts({})), frozenset({"somewhere"}))

    assert "somewhere" in refused.value.faults[0].remedy


def test_a_text_is_kept_beside_the_script_under_the_same_id_each_time(tmp_path: Path) -> None:
    withdraw = {"do": "command", "on": "2013-01-01"}
    step = withdraw | {"command": {"type": "withdraw", "reason": "Ingen penge."}}
    path = script(tmp_path, plans={"a": [step]})
    texts = Texts({})

    same = [read_script(path, texts) for _ in range(2)]

    assert (same[0] == same[1], list(texts.bodies.values())) == (True, ["Ingen penge."])


def test_mail_bounces_on_the_days_of_the_script_only() -> None:
    bounces = [{"party": "a", "since": "2014-05-01", "until": "2014-05-31"}]
    found = Script.model_validate_json(json.dumps({"bounces": bounces}))
    days = [date(2014, 4, 30), date(2014, 5, 1), date(2014, 6, 1)]

    assert [found.bounces_on("a", day) for day in days] == [False, True, False]
