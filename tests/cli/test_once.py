"""`up --once`: one start, one decision, told from Postgres, and nothing left running."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infrastructure.embedded.running import find_running


@pytest.mark.timeout(180)
def test_once_tells_a_decision_its_events_and_its_mail(short_folder: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from cli.app import main; main()",
        "up",
        "--once",
        "--data",
        str(short_folder / "d"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    decided = {ruling["point"] for ruling in told["decision"]["rulings"]}
    assert {event["type"] for event in told["events"]} == {"decision_recorded"}
    assert {event["ruling"]["point"] for event in told["events"]} == decided
    assert told["plan"]
    assert [mail for mail in told["mails"] if "beslutning" in mail["subject"]]
    assert find_running(short_folder / "d") is None
