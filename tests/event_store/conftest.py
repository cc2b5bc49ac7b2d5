"""A writer, a reader and an owner's connection on a database of the test's own."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infrastructure.event_store.reader import Reader
from infrastructure.event_store.writer import Writer
from tests.conftest import Database


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    async with Writer.open(database.app_dsn, connections=2) as writer:
        yield writer


@pytest.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    async with Reader.open(database.app_dsn) as reader:
        yield reader


@pytest.fixture
async def app(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The application's role."""
    connection = await asyncpg.connect(database.app_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the schema, whom the triggers stop."""
    connection = await asyncpg.connect(database.owner_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def superuser(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Who can do what nobody should: for tests that tamper."""
    connection = await asyncpg.connect(database.superuser_dsn)
    yield connection
    await connection.close()
