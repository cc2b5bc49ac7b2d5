"""What can be configured is used: every parameter, every ladder and every setting has a reader."""

import ast
import json
from functools import cache
from pathlib import Path

import pytest

from domain.reference import Parameters
from infrastructure.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = ("domain", "workflows", "activities", "infrastructure", "cli", "rehearsal", "web")
DEFINED_IN = {"domain/reference.py", "infrastructure/settings.py"}
UNREAD = {"release_word_da"}
"""Which of two words is right for the pool is not known; until it is, texts say `frigivelse`."""
LADDERS = json.loads((ROOT / "examples/koebenhavn/reference/ladders.json").read_text())


@cache
def attributes_read() -> set[str]:
    """Names that the program reads as `something.name`, outside of where they are defined."""
    files = [path for package in PROGRAM for path in (ROOT / package).rglob("*.py")]
    return {
        node.attr
        for path in [*files, ROOT / "worker.py"]
        if str(path.relative_to(ROOT)) not in DEFINED_IN
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


@pytest.mark.parametrize("name", sorted(set(Parameters.model_fields) - UNREAD))
def test_a_parameter_of_the_municipality_is_read_by_a_rule(name: str) -> None:
    assert name in attributes_read()


@pytest.mark.parametrize("name", sorted(UNREAD))
def test_what_is_said_to_be_unread_is_unread(name: str) -> None:
    assert name not in attributes_read()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_setting_is_read_by_the_program(name: str) -> None:
    assert name in attributes_read()


@pytest.mark.parametrize("kind", sorted(ladder["kind"] for ladder in LADDERS))
def test_a_ladder_is_for_a_deadline_that_the_domain_computes(kind: str) -> None:
    source = "".join(path.read_text() for path in (ROOT / "domain").rglob("*.py"))

    assert f'"{kind}"' in source
