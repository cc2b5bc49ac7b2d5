"""A killed child comes back at the same address with what it knew."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import psutil
import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

from infrastructure.embedded import places
from infrastructure.embedded.postgres import OWNER, EmbeddedPostgres
from infrastructure.embedded.stack import EmbeddedStack, keep_alive
from infrastructure.embedded.temporal import SEARCH_ATTRIBUTES, EmbeddedTemporal
from infrastructure.temporal import settle

# What asyncpg says of a server that dies before, during or after its greeting.
RETRIED = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@pytest.fixture
async def stack(short_folder: Path) -> AsyncIterator[EmbeddedStack]:
    async with EmbeddedStack(short_folder / "data", has_ui=False) as running:
        yield running
    await settle()


async def ask(dsn: str, statement: str) -> object:
    """Ask until the server answers: a restart takes a moment, and nobody says when it is over."""
    async with asyncio.timeout(30):
        while True:
            try:
                connection = await asyncpg.connect(dsn)
                try:
                    return await connection.fetchval(statement)
                finally:
                    await connection.close()
            except RETRIED:
                await asyncio.sleep(0.02)


def kill(service: EmbeddedPostgres | EmbeddedTemporal) -> int:
    assert service.child is not None
    service.child.send_signal(signal.SIGKILL)
    return service.child.pid


async def test_postgres_killed_with_9_comes_back_with_its_rows(stack: EmbeddedStack) -> None:
    dsn = stack.postgres.dsn(OWNER)
    await ask(dsn, "create table kept as select 42 as answer")

    kill(stack.postgres)

    assert await ask(dsn, "select answer from kept") == 42


async def test_temporal_killed_with_9_comes_back_with_its_workflows(stack: EmbeddedStack) -> None:
    client = await stack.temporal.connect()
    await client.start_workflow(
        "Nobody", id="waits", task_queue="none", execution_timeout=timedelta(days=1)
    )
    dead = kill(stack.temporal)

    async with asyncio.timeout(30):
        described = await client.get_workflow_handle("waits").describe()

    assert described.id == "waits"
    assert stack.temporal.child is not None
    assert stack.temporal.child.pid != dead


async def test_the_search_attributes_are_known_at_boot(stack: EmbeddedStack) -> None:
    client = await stack.temporal.connect()

    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )

    assert set(SEARCH_ATTRIBUTES) <= set(known.custom_attributes)


async def test_nothing_of_postgres_listens_on_tcp(stack: EmbeddedStack) -> None:
    assert stack.postgres.child is not None
    postmaster = psutil.Process(stack.postgres.child.pid)

    assert [each.laddr for each in postmaster.net_connections("inet")] == []


async def test_the_log_of_the_installation_survives_a_power_cut(stack: EmbeddedStack) -> None:
    assert await ask(stack.postgres.dsn(OWNER), "select current_setting('fsync')") == "on"


@pytest.mark.parametrize("noted_pid", ["1", "999999"])
async def test_a_pid_file_that_names_another_program_does_not_stop_the_start(
    short_folder: Path, noted_pid: str
) -> None:
    postgres = EmbeddedPostgres(places.places(short_folder / "data"), is_durable=False)
    await postgres.start()
    kill(postgres)
    pid_file = postgres.where.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([noted_pid, *lines[1:]]) + "\n")

    await postgres.start()

    assert await ask(postgres.dsn(), "select 1") == 1
    await postgres.stop()


async def test_an_initdb_that_was_cut_off_is_begun_again(short_folder: Path) -> None:
    where = places.places(short_folder / "data")
    unfinished = where.postgres / "cluster.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    postgres = EmbeddedPostgres(where, is_durable=False)

    await postgres.start()

    assert await ask(postgres.dsn(), "select 1") == 1
    await postgres.stop()


class NeverTwiceInARow:
    """A child that fails its first restart, as a taken port would."""

    name = "fragile"

    def __init__(self, real: EmbeddedPostgres) -> None:
        self.real = real
        self.starts = 0

    @property
    def child(self) -> subprocess.Popen[bytes] | None:
        return self.real.child

    async def start(self) -> None:
        self.starts += 1
        if self.starts == 1:
            raise OSError("address already in use")
        await self.real.start()

    async def stop(self) -> None:
        await self.real.stop()


async def test_a_restart_that_fails_is_tried_again(short_folder: Path) -> None:
    postgres = EmbeddedPostgres(places.places(short_folder / "data"), is_durable=False)
    await postgres.start()
    fragile = NeverTwiceInARow(postgres)
    watcher = asyncio.create_task(keep_alive(fragile))

    kill(postgres)

    assert await ask(postgres.dsn(), "select 1") == 1
    assert fragile.starts == 2
    watcher.cancel()
    await postgres.stop()
