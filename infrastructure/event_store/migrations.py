"""Brings a database to the newest schema: numbered .sql files, each once, in its own transaction."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from infrastructure.event_store.errors import SchemaDrift

FOLDER = Path(__file__).parent / "migrations"
# Any constant will do, as long as it is not the lock of append_batch.
_LOCK = 7215002
_LEDGER = """
create table if not exists migration (
    name       text        not null primary key,
    checksum   text        not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `0007_directory.sql` with its text."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


async def migrate(dsn_owner: str, folder: Path = FOLDER) -> list[str]:
    """Applies what is missing and names it; concurrent runs wait for each other.

    Raises SchemaDrift when an applied file was edited or removed, or a new file sorts before it.
    """
    connection = await asyncpg.connect(dsn_owner)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await _require_utf8(connection)
        applied = await _applied(connection)
        missing = _missing(load(folder), applied)
        for migration in missing:
            await _apply(connection, migration)
        return [migration.name for migration in missing]
    finally:
        await connection.close()


def load(folder: Path = FOLDER) -> list[Migration]:
    """All files in the order of their numbers."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [Migration(path.name, path.read_text(encoding="utf-8")) for path in files]


async def pending(dsn: str, folder: Path = FOLDER) -> list[str]:
    """The migrations that the database has not seen; changes nothing."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("select to_regclass('migration')") is None:
            return [migration.name for migration in load(folder)]
        rows = await connection.fetch("select name, checksum from migration")
    finally:
        await connection.close()
    applied = {row["name"]: row["checksum"] for row in rows}
    return [migration.name for migration in _missing(load(folder), applied)]


async def _require_utf8(connection: asyncpg.Connection) -> None:
    encoding = await connection.fetchval("show server_encoding")
    if encoding != "UTF8":
        raise SchemaDrift(f"the database is encoded in {encoding}; create it with encoding UTF8")


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    if await connection.fetchval("select to_regclass('migration')") is None:
        await connection.execute(_LEDGER)
        await connection.execute("grant select on migration to public")
    rows = await connection.fetch("select name, checksum from migration")
    return {row["name"]: row["checksum"] for row in rows}


def _missing(files: list[Migration], applied: dict[str, str]) -> list[Migration]:
    unknown = applied.keys() - {migration.name for migration in files}
    if unknown:
        raise SchemaDrift(f"applied here, but no longer a file: {', '.join(sorted(unknown))}")
    missing = []
    for migration in files:
        checksum = applied.get(migration.name)
        if checksum is None:
            missing.append(migration)
        elif checksum != migration.checksum:
            raise SchemaDrift(f"{migration.name} was edited after it was applied; add a new file")
        elif missing:
            raise SchemaDrift(f"{missing[0].name} is new, but {migration.name} was applied before")
    return missing


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into migration (name, checksum) values ($1, $2)",
            migration.name,
            migration.checksum,
        )
