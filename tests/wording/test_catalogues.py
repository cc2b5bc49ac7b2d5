"""The two catalogues: the same keys, the same placeholders, and a sentence for every code."""

import ast
import json
import string
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from cli.catalogue import command_types
from domain.notices import Lapse, MailOutcome, Status
from domain.plan import events as e
from domain.plan.decision import Outcome
from domain.plan.package import PointStatus
from domain.plan.progress import Standing
from domain.plan.state import Phase
from domain.reference import PointKind, Role
from infrastructure.wording.say import LANGUAGES, Lang, catalogue, has, say
from infrastructure.wording.sentences import refusal_sentence

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "infrastructure", "activities", "workflows", "cli")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def refusals() -> Iterator[tuple[str, set[str] | None]]:
    """Every `Refusal("code", fact=…)` in the sources; facts None where they come by `**`."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Refusal":
                    continue
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant):
                    names = {keyword.arg for keyword in node.keywords}
                    yield str(code.value), None if None in names else {str(n) for n in names}


CODES = sorted({code for code, _ in refusals()})


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("da")) == set(catalogue("en"))


def test_both_languages_ask_for_the_same_facts() -> None:
    danish, english = catalogue("da"), catalogue("en")

    differing = [k for k in danish if placeholders(danish[k]) != placeholders(english[k])]

    assert differing == []


def test_every_command_is_explained() -> None:
    explained = {key.partition(".")[2] for key in catalogue("da") if key.startswith("command.")}

    assert explained == set(command_types())


def test_the_search_for_refusals_finds_them() -> None:
    assert len(CODES) > 50


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_says_what_is_wrong_and_what_to_do(lang: Lang) -> None:
    missing = [
        code
        for code in CODES
        if not (has(lang, f"refusal.{code}.wrong") and has(lang, f"refusal.{code}.remedy"))
    ]

    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_refusal_asks_for_a_fact_that_it_is_not_given(lang: Lang) -> None:
    asked = {
        code: placeholders(
            catalogue(lang).get(f"refusal.{code}.wrong", "")
            + catalogue(lang).get(f"refusal.{code}.remedy", "")
        )
        for code in CODES
    }

    lacking = [
        (c, asked[c] - given) for c, given in refusals() if given is not None and asked[c] - given
    ]

    assert lacking == []


TABLES: dict[str, type[StrEnum]] = {
    "phase": Phase,
    "outcome": Outcome,
    "point": PointKind,
    "point_status": PointStatus,
    "standing": Standing,
    "role": Role,
    "artefact": e.Artefact,
    "artefact_alone": e.Artefact,
    "notice_status": Status,
    "mail_outcome": MailOutcome,
    "lapse": Lapse,
    "parts": e.PrequalificationPart,
}


@pytest.mark.parametrize("table", TABLES)
def test_every_code_has_a_name(table: str) -> None:
    missing = [each for each in TABLES[table] if not has("da", f"{table}.{each}")]

    assert missing == []


def test_every_event_has_a_line() -> None:
    kinds = [kind.model_fields["type"].default for kind in get_args(get_args(e.PlanEvent)[0])]

    assert [kind for kind in kinds if not has("da", f"event.{kind}")] == []


def constants(path: str, call: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    wanted = [n for n in calls if getattr(n.func, "id", "") == call]
    found = [a for n in wanted for a in ast.walk(n) if isinstance(a, ast.Constant)]
    return {a.value for a in found if isinstance(a.value, str)}


def test_every_kind_of_deadline_has_a_name() -> None:
    ladders = json.loads((ROOT / "examples/koebenhavn/reference/ladders.json").read_text())
    named = {ladder["kind"] for ladder in ladders}

    assert named - {key.removeprefix("deadline.") for key in catalogue("da")} == set()


def test_every_rule_and_base_of_a_date_is_worded() -> None:
    words = constants("domain/deadlines.py", "Why") | constants("domain/deadlines.py", "_counted")

    assert [
        word for word in words if not has("da", f"rule.{word}") and not has("da", f"base.{word}")
    ] == []


def constants_at(path: str, call: str, position: int) -> set[str]:
    """The constants at one position of every call of a function in a source."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    args = [n.args for n in calls if getattr(n.func, "id", "") == call]
    found = [a[position] for a in args if len(a) > position]
    return {str(a.value) for a in found if isinstance(a, ast.Constant) and a.value}


def test_whatever_happens_if_nobody_acts_is_worded() -> None:
    used = constants_at("domain/deadlines.py", "Deadline", 5) | constants_at(
        "domain/plan/why.py", "_waiting", 5
    )

    assert len(used) > 8
    assert {each for each in used if not has("da", f"consequence.{each}")} == set()


def test_whatever_a_plan_waits_for_is_worded() -> None:
    used = constants_at("domain/plan/why.py", "_waiting", 2)

    assert len(used) > 8
    assert {each for each in used if not has("da", f"why.{each}")} == set()


def test_every_kind_of_deadline_is_worded() -> None:
    used = constants_at("domain/deadlines.py", "Deadline", 1)

    assert {each for each in used if not has("da", f"mail.{each}.before")} == set()


def test_no_consequence_is_worded_in_vain() -> None:
    sources = [(ROOT / f"domain/{name}.py").read_text() for name in ("deadlines", "plan/why")]
    known = {
        key.removeprefix("consequence.")
        for key in catalogue("da")
        if key.startswith("consequence.")
    }

    unused = [
        c for c in known if not any(f'"{c}"' in s for s in sources) and "start_without" not in c
    ]

    assert unused == []


def test_a_date_comes_with_its_weekday_in_danish() -> None:
    text = say("da", "why.until_day", until=date(2014, 6, 30))

    assert text == ", fristen er mandag den 30. juni 2014"


def test_kroner_are_written_as_in_a_danish_letter() -> None:
    assert say("da", "refusal.amount", amount=150_000_000) == "1.500.000,00 kr."


def test_a_text_without_its_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("da", "refusal.amount")


def test_a_refusal_says_its_facts_as_people_do() -> None:
    said = refusal_sentence("da", "already_sent", {"on": "2014-06-30"})

    assert (
        said
        == "Det blev allerede sendt 30. juni 2014. Der skal ikke gøres mere; se planens tidslinje."
    )


def test_an_unknown_refusal_still_names_its_code() -> None:
    assert "brand_new" in refusal_sentence("en", "brand_new", {})
