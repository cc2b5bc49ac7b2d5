"""The sample on 1 October 2013 in a database of its own, and the command line upon it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner

from cli.app import app
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.importing import Access, import_path
from infrastructure.installation import Installation
from infrastructure.settings import settings
from tests.conftest import Database
from tests.importing.conftest import NOON, SAMPLE


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as opened:
        yield opened


@pytest.fixture
async def sample(database: Database, pool: asyncpg.Pool) -> Access:
    """A demo with the sample in it; its calendar is moved, not stopped."""
    offset = int((NOON - utc_now()).total_seconds())
    owner = await asyncpg.connect(database.owner_dsn)
    await installation.create(owner, "demo", offset)
    await owner.close()
    access = Access(pool, Installation("demo", offset, None))
    await import_path(SAMPLE, access)
    return access


@pytest.fixture
def run(sample: Access, database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the sample: `run("timeline", "norrebro", "--json")`."""
    monkeypatch.setenv("DATABASE_URL", database.app_dsn)
    settings.cache_clear()

    def run_here(*words: str) -> Ended:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return run_here


@pytest.fixture(autouse=True)
def _forget_settings() -> Any:
    yield
    settings.cache_clear()
