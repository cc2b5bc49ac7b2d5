"""An import is in the log whole or not at all, whoever is killed or comes first."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from infrastructure.clock import new_id
from infrastructure.event_store.records import Append, Group, NewEvent, Recorded
from infrastructure.event_store.verify import verify
from infrastructure.event_store.writer import Writer
from infrastructure.folders import folders
from infrastructure.importing import Access
from tests.conftest import Database
from tests.importing.conftest import NOON, SAMPLE, Table, taken_in

TABLES = ("event", "text", "directory", "state_row", "task", "notice", "outbox", "imported_row")


async def rows(access: Access) -> int:
    counts = [await access.pool.fetchval(f"select count(*) from {table}") for table in TABLES]
    return sum(counts)


async def test_a_server_process_killed_in_the_middle_leaves_nothing(
    access: Access, database: Database
) -> None:
    """The lock is held, so that the import stands in its transaction when it is killed."""
    holder = await asyncpg.connect(database.owner_dsn)
    await holder.execute("select pg_advisory_lock(7215001)")
    importing = asyncio.create_task(taken_in(SAMPLE, access))
    watcher = await asyncpg.connect(database.superuser_dsn)
    waiting = (
        "select pid from pg_locks where locktype = 'advisory' and not granted"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    while not (pids := await watcher.fetch(waiting)):
        await asyncio.sleep(0)
    assert await watcher.fetchval("select pg_terminate_backend($1)", pids[0]["pid"])
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await importing
    await holder.close()
    await watcher.close()

    assert await rows(access) == 0


async def test_after_a_kill_the_same_import_goes_through(
    access: Access, database: Database
) -> None:
    importing = asyncio.create_task(taken_in(SAMPLE, access))
    await asyncio.sleep(0)
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    imported = await taken_in(SAMPLE, access)
    report = await verify(database.owner_dsn, folders())

    assert len(imported.plans) == 38
    assert report.is_sound


async def test_two_imports_at_once_make_one(access: Access, database: Database) -> None:
    first, second = await asyncio.gather(taken_in(SAMPLE, access), taken_in(SAMPLE, access))
    both = sorted((len(first.plans), len(second.plans)))

    assert both == [0, 38]


async def test_a_decision_recorded_meanwhile_makes_the_import_look_again(
    small: Path, access: Access, database: Database
) -> None:
    """Further rows after a decision of the system are refused, not squeezed in before it."""
    imported = await taken_in(small, access)
    remark = NewEvent("remark_added", REMARK, NOON.date())
    async with Writer.open(database.app_dsn) as writer:
        append = Append("plan/slaaenhaven", imported.plans[0].version, (remark,))
        group = Group(new_id(), "p-0002", (append,), recorded_at=NOON)
        assert isinstance(await writer.append(group), Recorded)
    Table(small / "facts.csv").add(
        plan="slaaenhaven", fact="remark_added", on="2013-09-30", text="For sent."
    )
    with pytest.raises(Exception, match="recorded in the system"):
        await taken_in(small, access)


REMARK = (
    '{"on":"2013-10-01","remark":{"digest":"' + "0" * 64 + '",'
    '"id":"00000000-0000-0000-0000-000000000001"},"v":1}'
)
