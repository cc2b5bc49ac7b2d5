"""The table of traps is whole, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "traps.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", TEXT, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
MOST_WAITING = 3
"""Rows that may still wait for a later issue."""


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_all_26_are_there() -> None:
    assert [int(number) for number, _trap, _tests in ROWS] == list(range(1, 27))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda part: part.rpartition("/")[2])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in names_in(path)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_a_test_or_says_why_not(row: tuple[str, str, str]) -> None:
    assert "::test_" in row[2] or re.search(r"Later: .+issue \d", row[2])


def test_few_rows_wait_for_a_later_issue() -> None:
    waiting = [number for number, _trap, tests in ROWS if "::test_" not in tests]

    assert len(waiting) <= MOST_WAITING
