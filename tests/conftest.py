"""One Postgres and one Temporal per test process; a fresh database per test that asks for one."""

import asyncio
import importlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from infrastructure.clock import new_id
from infrastructure.embedded import places
from infrastructure.embedded.postgres import APP, OWNER, SUPERUSER, EmbeddedPostgres
from infrastructure.embedded.temporal import EmbeddedTemporal
from infrastructure.temporal import settle

TEMPLATE = "template_migrated"


@dataclass(frozen=True)
class Database:
    """One database of one test."""

    name: str
    app_dsn: str
    owner_dsn: str
    superuser_dsn: str


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for one installation: reachable for Postgres's user, and short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    yield folder
    places.remove(folder)


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[EmbeddedPostgres]:
    """The Postgres of this test process; it forgets all on a power cut, and is faster for it."""
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(places.places(folder), is_durable=False)
    await server.start()
    yield server
    await server.stop()
    places.remove(folder)


@pytest.fixture(scope="session")
async def migrated_template(postgres: EmbeddedPostgres) -> str:
    """The name of a database that all migrations have run on, and that nobody is connected to."""
    await _administer(postgres, f"create database {TEMPLATE} owner {OWNER}")
    await _administer(postgres, f"revoke all on database {TEMPLATE} from public")
    migrations = importlib.import_module("infrastructure.event_store.migrations")
    migrate = cast("Callable[[str], Awaitable[object]]", migrations.migrate)
    await migrate(postgres.dsn(OWNER, TEMPLATE))
    return TEMPLATE


@pytest.fixture
async def database(postgres: EmbeddedPostgres, migrated_template: str) -> AsyncIterator[Database]:
    """A migrated database of this test's own (about 30 ms)."""
    async with _database(postgres, migrated_template) as created:
        yield created


@pytest.fixture
async def empty_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database that nothing has run on yet: for tests of the migrations themselves."""
    async with _database(postgres, "template0") as created:
        yield created


@pytest.fixture(scope="session")
async def temporal_server() -> AsyncIterator[EmbeddedTemporal]:
    """The Temporal of this test process, in memory; each workflow can skip its own time."""
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    server = EmbeddedTemporal(None, folder / "temporal.log")
    await server.start()
    yield server
    await server.stop()
    await settle()
    await asyncio.to_thread(shutil.rmtree, folder)


@pytest.fixture(scope="session")
async def temporal(temporal_server: EmbeddedTemporal) -> Client:
    """A client with our converter; its workflows run by the wall clock."""
    return await temporal_server.connect()


@pytest.fixture(scope="session")
def skipper(temporal: Client) -> TimeSkipper:
    """Its client starts workflows that wait; `fast_forward(handle, timedelta)` moves one of them."""
    return TimeSkipper(temporal, config=TimeSkippingConfig(enabled=False))


@pytest.fixture
def task_queue() -> str:
    """A queue that only this test's worker polls."""
    return f"tq-{new_id()}"


@asynccontextmanager
async def _database(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Database]:
    name = f"test_{new_id().hex}"
    await _administer(
        postgres, f"create database {name} template {template} strategy wal_log owner {OWNER}"
    )
    await _administer(postgres, f"grant connect on database {name} to {APP}")
    yield Database(
        name,
        postgres.dsn(APP, name),
        postgres.dsn(OWNER, name),
        postgres.dsn(SUPERUSER, name),
    )
    await _administer(postgres, f"drop database {name} with (force)")


async def _administer(postgres: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn(SUPERUSER, "postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
