"""One demo per test process, started as people start it, and a way to run commands on it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.examples import CONTENT
from infrastructure.clock import new_id
from infrastructure.embedded import places

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return self.json["error"]


Run = Callable[..., Ended]
Given = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs all of these, and so starts one demo."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("cli"))


def run_alone(*words: str, typed: str | None = None, **variables: str) -> Ended:
    """A command in this process; what it leaves of the environment is put back."""
    os.environ.pop("DATABASE_URL", None)
    result = CliRunner().invoke(app, list(words), input=typed, env=variables)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def demo() -> Iterator[Path]:
    """The folder of a running demo on its first day."""
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    command = [sys.executable, "-c", "from cli.app import main; main()"]
    program = subprocess.Popen(
        [*command, "up", "--demo", "--data", str(folder)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout is not None
    try:
        for line in program.stdout:
            if line.startswith("Klar"):
                break
        else:
            pytest.fail("the demo did not start")
        yield folder
    finally:
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=START_SECONDS)
        places.remove(folder)


@pytest.fixture
def run(demo: Path) -> Run:
    """Runs a command on the demo: `run("why", "nv-life", "--json")`."""

    def run_on_demo(*words: str, typed: str | None = None) -> Ended:
        return run_alone(*words, "--data", str(demo), typed=typed)

    return run_on_demo


@pytest.fixture
def drafted(run: Run) -> Given:
    """A fresh draft of a plan; answers its id."""

    def draft(**changes: Any) -> str:
        plan = f"plan-{new_id().hex[:8]}"
        content = {"on": "2013-08-01", "content": CONTENT | changes}
        ended = run("do", plan, "draft", "--file", "-", typed=json.dumps(content))
        assert ended.code == 0, ended.err
        return plan

    return draft


@pytest.fixture
def submitted(run: Run, drafted: Given) -> Given:
    """A fresh plan that waits for its forum (meetings on 5 and 19 September); answers its id."""

    def submit(**changes: Any) -> str:
        plan = drafted(**changes)
        said = {"on": "2013-08-15", "committees": ["tmu", "sou"], "committees_reason": "Begge."}
        ended = run("do", plan, "submit", "--file", "-", typed=json.dumps(said))
        assert ended.code == 0, ended.err
        return plan

    return submit
