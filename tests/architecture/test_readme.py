"""The README's commands are run, in its order, on a demo that was started as it says."""

import os
import re
import shlex
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.embedded import places

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROGRAM = ".venv/bin/helhedsplan"
INSTALLED = Path(sysconfig.get_path("scripts")) / "helhedsplan"
NOT_RUN = {
    "make run": "the demo of this test is what it starts",
    "make test": "this is it",
    "kill -9 $(head -1 ~/.local/state/helhedsplan/postgres/cluster/postmaster.pid)": "tests/faults",
}
"""Commands that are shown and not run here, and who does it."""
START_SECONDS = 60


def commands() -> list[str]:
    """Lines of `sh` blocks, and what stands behind a prompt in other blocks, in order."""
    found: list[str] = []
    for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        lines = body.splitlines()
        found += lines if language == "sh" else [each[2:] for each in lines if each[:2] == "$ "]
    return [each for each in found if each]


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def demo() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    data = folder / "data"
    log = (folder / "up.log").open("wb")
    up = subprocess.Popen(
        [INSTALLED, "up", "--demo", "--data", data], stdout=log, stderr=log, cwd=ROOT
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not (data / "stack.json").exists():
            assert up.poll() is None, (folder / "up.log").read_text()
            assert time.monotonic() < until, "the demo did not start"
            time.sleep(0.1)
        yield data
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(30)
        log.close()
        places.remove(data)
        places.remove(folder)


def run(command: str, data: Path) -> subprocess.CompletedProcess[str]:
    program, *words = shlex.split(command)
    assert program == PROGRAM
    return subprocess.run(
        [INSTALLED, *words],
        cwd=ROOT,
        env={**os.environ, "HELHEDSPLAN_DATA": str(data), "COLUMNS": "140"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_the_readme_tells_to_do_works_and_says_what_it_shows(demo: Path) -> None:
    failed = {}
    shown = in_one_line(README)
    for command in commands():
        if command in NOT_RUN:
            continue
        done = run(command, demo)
        if done.returncode != 0 or not done.stdout:
            failed[command] = (done.returncode, done.stdout, done.stderr)
        if " why " in command and in_one_line(done.stdout) not in shown:
            failed[command] = (done.returncode, done.stdout, "is not what the README shows")

    assert failed == {}


def test_a_good_many_commands_are_run() -> None:
    assert len([each for each in commands() if each not in NOT_RUN]) >= 8


def test_what_is_not_run_stands_in_the_readme() -> None:
    assert set(NOT_RUN) <= set(commands())


def test_a_command_of_make_has_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))

    assert named
    assert named <= targets
