"""A demo installation on 1 October 2013, and a copy of the sample that a test may spoil."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path

import asyncpg
import pytest

from domain.calendar import at
from infrastructure import installation
from infrastructure.importing.run import Access
from infrastructure.installation import Installation
from tests.conftest import Database

SAMPLE = Path(__file__).parents[2] / "examples" / "koebenhavn"
TODAY = date(2013, 10, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, to be changed at will."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "koebenhavn"))


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as opened:
        yield opened


@pytest.fixture
async def access(database: Database, pool: asyncpg.Pool) -> Access:
    """A demo that stands on 1 October 2013 at noon."""
    connection = await asyncpg.connect(database.owner_dsn)
    await installation.create(connection, "demo", 0)
    await connection.close()
    return Access(pool, Installation("demo", 0, None), now=at(TODAY, time(12)))
