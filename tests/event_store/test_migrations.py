"""The schema comes from numbered files, each applied once, whole, and never edited."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from infrastructure.event_store.errors import SchemaDrift
from infrastructure.event_store.migrations import FOLDER, load, migrate, pending
from tests.conftest import Database

FIRST = "create table first (x int);"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(FIRST)
    return tmp_path


async def tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public'"
        )
    finally:
        await connection.close()
    return {row["tablename"] for row in found}


async def test_all_files_are_applied_in_order_and_only_once(empty_database: Database) -> None:
    names = [migration.name for migration in load()]

    assert await pending(empty_database.owner_dsn) == names
    assert await migrate(empty_database.owner_dsn) == names
    assert await migrate(empty_database.owner_dsn) == []
    assert await pending(empty_database.app_dsn) == []


async def test_many_at_once_apply_each_file_once(empty_database: Database) -> None:
    applied = await asyncio.gather(*(migrate(empty_database.owner_dsn) for _ in range(4)))

    assert sorted(applied, key=len)[:3] == [[], [], []]
    assert max(applied, key=len) == [migration.name for migration in load()]


async def test_an_edited_file_is_drift(empty_database: Database, folder: Path) -> None:
    await migrate(empty_database.owner_dsn, folder)
    (folder / "0001_first.sql").write_text(FIRST + " ")

    with pytest.raises(SchemaDrift, match="edited"):
        await migrate(empty_database.owner_dsn, folder)


async def test_a_removed_file_is_drift(empty_database: Database, folder: Path) -> None:
    await migrate(empty_database.owner_dsn, folder)
    (folder / "0001_first.sql").unlink()

    with pytest.raises(SchemaDrift, match="no longer"):
        await migrate(empty_database.owner_dsn, folder)


async def test_a_file_squeezed_in_before_an_applied_one_is_drift(
    empty_database: Database, folder: Path
) -> None:
    await migrate(empty_database.owner_dsn, folder)
    (folder / "0000_late.sql").write_text("select 1;")

    with pytest.raises(SchemaDrift, match="0000_late"):
        await migrate(empty_database.owner_dsn, folder)


async def test_a_broken_file_leaves_nothing_of_itself(
    empty_database: Database, folder: Path
) -> None:
    (folder / "0002_broken.sql").write_text("create table second (x int); select no_such_thing();")

    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(empty_database.owner_dsn, folder)
    assert await tables(empty_database.owner_dsn) == {"migration", "first"}

    (folder / "0002_broken.sql").write_text("create table second (x int);")
    assert await migrate(empty_database.owner_dsn, folder) == ["0002_broken.sql"]


async def test_a_database_of_another_encoding_is_refused(
    postgres: object, superuser: asyncpg.Connection, database: Database
) -> None:
    name = f"{database.name}_latin"
    await superuser.execute(
        f"create database {name} template template0 encoding latin1 locale 'C' locale_provider libc"
    )
    try:
        with pytest.raises(SchemaDrift, match="LATIN1"):
            await migrate(database.superuser_dsn.replace(database.name, name))
    finally:
        await superuser.execute(f"drop database {name} with (force)")


DESCRIBE = """
select format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then 'not null' else 'null' end,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '-')) as line
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
union all select indexdef from pg_indexes where schemaname = 'public'
union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f')
union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
union all select format('function %s md5 %s', oid::regprocedure, md5(prosrc)) from pg_proc
    where pronamespace = 'public'::regnamespace
union all select format('grant %s on %s to %s', privilege_type, table_name, grantee)
    from information_schema.role_table_grants
    where table_schema = 'public' and grantee in ('helhedsplan_app', 'PUBLIC')
union all select format('grant execute on %s to app', oid::regprocedure) from pg_proc
    where pronamespace = 'public'::regnamespace
        and has_function_privilege('helhedsplan_app', oid, 'execute')
order by 1
"""


async def test_one_by_one_or_all_at_once_the_schema_is_the_same(
    empty_database: Database, database: Database, tmp_path: Path
) -> None:
    """An installation that followed every release has what a new one gets."""
    for migration in load():
        shutil.copy(FOLDER / migration.name, tmp_path / migration.name)
        await migrate(empty_database.owner_dsn, tmp_path)

    described = []
    for dsn in (empty_database.owner_dsn, database.owner_dsn):
        connection = await asyncpg.connect(dsn)
        described.append([row["line"] for row in await connection.fetch(DESCRIBE)])
        await connection.close()
    assert described[0] == described[1]
    assert len(described[0]) > 60


async def test_only_the_owner_can_migrate(empty_database: Database) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await migrate(empty_database.app_dsn)
