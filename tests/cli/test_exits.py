"""How commands end when something stands in the way, and who is said to act."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from cli.access import Access
from cli.app import COMMANDS
from cli.people import TOKEN, acting
from cli.problems import BadUsage
from infrastructure import installation, tokens
from infrastructure.event_store.reader import Reader
from infrastructure.installation import PRODUCTION
from infrastructure.plans import Plans
from infrastructure.settings import read_settings
from tests.cli.conftest import ROOT, Given, Run, run_alone
from tests.conftest import Database

REMARK = '{"remark": "Ringet op"}'


@pytest.fixture
def advancing(demo: Path) -> Iterator[None]:
    """The demo says that it is on its way to another day."""
    info = json.loads((demo / "stack.json").read_text())

    async def say(target: datetime | None) -> None:
        owner = await asyncpg.connect(info["database_owner_url"])
        if target is not None:
            await installation.aim(owner, target)
        else:
            await owner.execute("update installation set target = null")
        await owner.close()

    asyncio.run(say(datetime(2014, 1, 1, tzinfo=UTC)))
    yield
    asyncio.run(say(None))


@pytest.mark.usefixtures("advancing")
def test_no_command_is_taken_while_the_demo_is_advanced(run: Run) -> None:
    ended = run("do", "nv-life", "add_remark", "--file", "-", "--json", typed=REMARK)

    assert (ended.code, ended.error["code"]) == (75, "try_later")
    assert "2014-01-01" in ended.error["message"]


@pytest.mark.usefixtures("advancing")
def test_lists_are_read_while_the_demo_is_advanced(run: Run) -> None:
    assert run("why", "nv-life").code == 0


def test_an_act_is_recorded_under_the_persons_id(run: Run, drafted: Given) -> None:
    words = ("--as", "p-0002", "--on-behalf-of", "p-0005", "--json")
    plan = drafted()
    run("do", plan, "add_remark", "--file", "-", *words, typed=REMARK)
    last = run("show", plan, "--json").json["timeline"][-1]

    assert (last["actor"], last["on_behalf_of"]) == ("p-0002", "p-0005")


def test_nobody_named_in_a_demo_is_the_operator(run: Run, drafted: Given) -> None:
    assert run("show", drafted(), "--json").json["timeline"][0]["actor"] == "operator"


@pytest.mark.parametrize("who", [("--as", "p-002"), ("--on-behalf-of", "p-002")])
def test_a_person_who_is_not_in_the_directory_is_not_found(run: Run, who: tuple[str, ...]) -> None:
    ended = run("do", "nv-life", "add_remark", "--file", "-", *who, "--json", typed=REMARK)

    assert ended.code == 4
    assert "p-0002" in ended.error["facts"]["near"]


def _production(database: Database, pool: asyncpg.Pool) -> Access:
    settings = read_settings({"DATABASE_URL": database.app_dsn})
    return Access(settings, pool, Plans(Reader(pool)), PRODUCTION, "da")


async def test_in_production_the_token_says_who_acts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, await tokens.issue(database.owner_dsn, "p-0001"))
    async with asyncpg.create_pool(database.app_dsn, min_size=1) as pool:
        assert await acting(_production(database, pool), None) == "p-0001"


@pytest.mark.parametrize("token", [None, "guessed"])
async def test_in_production_nobody_acts_without_a_token(
    database: Database, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    if token is not None:
        monkeypatch.setenv(TOKEN, token)
    async with asyncpg.create_pool(database.app_dsn, min_size=1) as pool:
        with pytest.raises(BadUsage, match=TOKEN):
            await acting(_production(database, pool), "p-0001")


async def test_in_production_nobody_acts_as_somebody_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, await tokens.issue(database.owner_dsn, "p-0001"))
    async with asyncpg.create_pool(database.app_dsn, min_size=1) as pool:
        with pytest.raises(BadUsage, match="--as"):
            await acting(_production(database, pool), "p-0002")


def test_a_new_installation_has_a_token_for_its_first_import(run: Run) -> None:
    assert run("token", "operator", "--json").json["party"] == "operator"


async def test_a_token_that_was_taken_back_is_nobodys(database: Database) -> None:
    token = await tokens.issue(database.owner_dsn, "p-0001")
    await tokens.revoke(database.owner_dsn, "p-0001")
    async with asyncpg.create_pool(database.app_dsn, min_size=1) as pool:
        assert await tokens.owner(pool, token) is None


def _environment(demo: Path, **changes: str) -> dict[str, str]:
    """Production's way to name an installation, on the demo's services."""
    info = json.loads((demo / "stack.json").read_text())
    found = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": info["database_url"],
        "TEMPORAL_ADDRESS": info["temporal_address"],
    }
    return found | changes


def _program(demo: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from cli.app import main; main()", *words],
        cwd=ROOT,
        env=_environment(demo, **changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_environment_names_an_installation_as_well(demo: Path) -> None:
    ended = _program(demo, "why", "nv-life", "--json")

    assert ended.returncode == 0
    assert json.loads(ended.stdout)["plan"] == "nv-life"


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (("why", "nv-life"), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}),
        (("do", "nv-life", "resume"), {"TEMPORAL_ADDRESS": "127.0.0.1:1"}),
    ],
)
def test_a_service_that_is_away_is_a_reason_to_try_later(
    demo: Path, words: tuple[str, ...], changes: dict[str, str]
) -> None:
    ended = _program(demo, *words, "--json", **changes)

    assert ended.returncode == 75
    assert "Traceback" not in ended.stderr
    assert json.loads(ended.stdout)["error"]["code"] == "try_later"


def test_the_doctor_names_the_service_that_is_away(demo: Path) -> None:
    ended = _program(demo, "doctor", "--json", TEMPORAL_ADDRESS="127.0.0.1:1")
    failed = [each["check"] for each in json.loads(ended.stdout)["checks"] if not each["is_ok"]]

    assert (ended.returncode, failed) == (75, ["temporal"])


def test_a_setting_that_cannot_be_is_a_usage_error(demo: Path) -> None:
    ended = _program(demo, "plans", HELHEDSPLAN_LANG="sv")

    assert ended.returncode == 2
    assert "HELHEDSPLAN_LANG" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_only_the_owner_rebuilds(demo: Path) -> None:
    ended = _program(demo, "rebuild", "--json")

    assert ended.returncode == 2
    assert "DATABASE_OWNER_URL" in ended.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    ended = run_alone(command, "--help")

    assert ended.code == 0
    assert len(ended.out) > 100


def test_help_lists_every_command() -> None:
    listed = run_alone("--help").out

    assert [command for command in COMMANDS if command not in listed] == []


@pytest.mark.parametrize("words", [("plan",), ("plans", "--jsn"), ("report", "nv-life")])
def test_a_mistyped_command_or_option_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert run_alone(*words).code == 2


def test_answers_are_data_and_notes_go_to_stderr(run: Run) -> None:
    lists = ("plans", "inbox", "notices", "mails", "refusals")
    answers = [run(command, "--json") for command in lists]

    assert all(isinstance(ended.json, dict) for ended in answers)
    assert all(ended.err == "" for ended in answers)
