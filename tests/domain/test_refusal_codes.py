"""Every refusal in the domain has a test that provokes it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _codes(folder: Path, function: str) -> Iterator[str]:
    """The literal first argument of every call of a function in a folder's modules."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == function and node.args:
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{path}: a code is not a literal"
                yield str(first.value)


def _provoked() -> set[str]:
    """By `refused(code, …)`, or by `pytest.raises(Refusal, match=code)` beside the plan."""
    found = set(_codes(ROOT / "tests" / "domain", "refused"))
    for path in (ROOT / "tests" / "domain").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "raises" and len(node.args) == 1:
                is_refusal = _name(node.args[0]) == "Refusal"
                match = next((k.value for k in node.keywords if k.arg == "match"), None)
                if is_refusal and isinstance(match, ast.Constant):
                    found.add(str(match.value))
    return found


def _name(function: ast.expr) -> str | None:
    return getattr(function, "id", None) or getattr(function, "attr", None)


def test_every_code_in_the_source_has_a_test_that_provokes_it() -> None:
    raised = set(_codes(ROOT / "domain", "Refusal"))

    assert len(raised) > 60, "the enumeration has lost sight of the domain"
    assert raised - _provoked() == set()


def test_no_test_provokes_a_code_that_is_gone() -> None:
    raised = set(_codes(ROOT / "domain", "Refusal"))

    assert _provoked() - raised == set()
