"""What the application's role may not do, and what the triggers refuse even to the owner."""

import asyncpg
import pytest

from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.event_store.given import append as appended
from tests.event_store.given import group, one, state

DENIED = asyncpg.InsufficientPrivilegeError


@pytest.fixture(autouse=True)
async def some_log(writer: Writer) -> None:
    await writer.append(group(appended("plan/a", 0, state=state())))


@pytest.mark.parametrize(
    "statement",
    [
        "update event set data = '{}'",
        "delete from event",
        "truncate event",
        "drop table event",
        "insert into event select * from event",
        "alter table event disable trigger user",
        "drop trigger event_is_append_only on event",
        "update state_row set body = '{}'",
        "delete from state_row",
        "insert into state_row select * from state_row",
        "insert into task values ('a', 'b', 'c', null, now(), null, '{}')",
        "update notice set status = 'sent'",
        "update outbox set status = 'sent'",
        "delete from outbox",
        "update text set body = 'x'",
        "delete from text",
        "delete from refusal",
        "update refusal set code = 'x'",
        "insert into installation (kind) values ('demo')",
        "update installation set kind = 'demo'",
        "update migration set checksum = 'x'",
        "create table public.own (x int)",
        "create function public.sha256(bytea) returns bytea language sql return $1",
        "set role helhedsplan",
        "set role postgres",
        "set session authorization postgres",
        "set session_replication_role = replica",
        "select replace_tasks(array[0], array[1], array['plan/a'], null)",
        "select put_outbox(array[0], '[]')",
        "select pg_read_file('/etc/passwd')",
        "copy event to program 'cat'",
    ],
)
async def test_the_application_may_not(app: asyncpg.Connection, statement: str) -> None:
    with pytest.raises(DENIED):
        await app.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update event set data = '{}'",
        "update event set data = '{}' where false",
        "delete from event",
        "truncate event",
        "truncate event cascade",
        "merge into event using (values (1)) v (n) on position = n when matched then delete",
        "insert into event select * from event on conflict (position) do update set type = 'x'",
    ],
)
async def test_the_owner_is_stopped_by_the_triggers(
    owner: asyncpg.Connection, statement: str
) -> None:
    with pytest.raises(DENIED, match="append-only"):
        await owner.execute(statement)


async def test_resetting_the_role_gains_nothing(database: Database) -> None:
    """The connection is the application's own: there is no other role to fall back to."""
    app = await asyncpg.connect(database.app_dsn)
    try:
        await app.execute("reset role")
        await app.execute("reset session authorization")
        assert await app.fetchval("select session_user || current_user") == "helhedsplan_app" * 2
        with pytest.raises(DENIED):
            await app.execute("delete from event")
    finally:
        await app.close()


async def test_a_search_path_of_the_callers_own_does_not_reach_into_the_append(
    app: asyncpg.Connection, database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(f"grant temporary on database {database.name} to helhedsplan_app")
    await app.execute("create temporary table event (like public.event)")
    await app.execute("set search_path = pg_temp, public")
    limited = await app.prepare("select count(*) from public.event")
    async with Writer.open(database.app_dsn) as writer:
        await writer.append(one("plan/b", 0))

    assert await limited.fetchval() == 2


async def test_a_production_installation_has_no_calendar_of_its_own(
    owner: asyncpg.Connection, app: asyncpg.Connection
) -> None:
    await owner.execute("insert into installation (kind) values ('production')")

    with pytest.raises(asyncpg.CheckViolationError):
        await app.execute("update installation set offset_seconds = 86400")


async def test_there_is_one_installation(owner: asyncpg.Connection) -> None:
    await owner.execute("insert into installation (kind) values ('demo')")

    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("insert into installation (kind) values ('production')")
