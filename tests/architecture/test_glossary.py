"""The glossary and the code name the same things."""

import ast
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.plan.commands import PlanCommand
from domain.plan.decision import Outcome
from domain.plan.events import Artefact
from domain.plan.package import PointStatus
from domain.plan.state import Phase
from domain.reference import Role

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
LADDERS = ROOT / "examples" / "koebenhavn" / "reference" / "ladders.json"


def names_in(path: Path) -> set[str]:
    """Every name that a module defines or stores: classes, functions, fields, constants, words."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.Name(id=name):
                found.add(name)
            case ast.Constant(value=str(word)):
                found.add(word)
    return found


def names_of_the_domain() -> set[str]:
    paths = [
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "infrastructure" / "event_store").glob("*.py"),
    ]
    return set().union(*(names_in(path) for path in paths))


KNOWN = names_of_the_domain()
NAMED = [
    name
    for _, identifiers in re.findall(r"^\| (.+?) \| (`.+?`) \|", GLOSSARY, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", identifiers)
]
COMMANDS = [str(each.model_fields["type"].default) for each in get_args(get_args(PlanCommand)[0])]
KINDS = [ladder["kind"] for ladder in json.loads(LADDERS.read_text())]


def test_the_glossary_names_a_good_many_things() -> None:
    assert len(NAMED) > 100


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_what_the_glossary_names_is_in_the_code(name: str) -> None:
    assert name in KNOWN


@pytest.mark.parametrize("word", [*Phase, *Outcome, *Role, *PointStatus, *KINDS, *COMMANDS])
def test_a_stored_word_is_explained(word: str) -> None:
    assert f"`{word}`" in GLOSSARY


@pytest.mark.parametrize("artefact", list(Artefact))
def test_what_is_due_to_lbf_is_explained(artefact: Any) -> None:
    assert f"`{artefact.name}`" in GLOSSARY


def test_the_commands_of_the_glossary_are_those_of_the_code() -> None:
    listed = GLOSSARY.split("## Commands")[1]

    assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(COMMANDS)


def test_a_danish_word_has_one_meaning_in_each_table() -> None:
    for table in GLOSSARY.split("\n## ")[1:]:
        words = re.findall(r"^\| (?!Danish|---)(.+?) \|", table, re.MULTILINE)
        assert len(words) == len(set(words))


def test_what_is_unverified_is_marked() -> None:
    assert {"[I]", "[G]"} <= set(re.findall(r"\[[IG]\]", GLOSSARY))
