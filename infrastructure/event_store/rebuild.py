"""Makes the read models anew from the log: equal to what appends wrote, seen whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncpg

from infrastructure.event_store import tables
from infrastructure.event_store.folders import Folder, Folding, without_collector
from infrastructure.event_store.pages import pages

_APPEND_LOCK = 7215001
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows of one table that were not as the log says: taken away or replaced, and written."""

    removed: int
    written: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How far the log was read, and what had been wrong (nothing, when appends did their work).

    `kept_settled` counts mails that the table knew as sent, bounced or suppressed and the log
    did not: they stay settled, so that a rebuild never causes a second mail.
    """

    events: int
    position: int
    kept_settled: int = 0
    changed: dict[str, Changed] = field(default_factory=dict)


def _silent(_position: int, _head: int) -> None:
    return None


async def rebuild(
    dsn_owner: str, folders: Sequence[Folder], progress: Progress = _silent
) -> Rebuilt:
    """Folds the whole log and swaps the rows in one transaction.

    Appends go on while the log is read; they wait only during the swap. `progress` is told the
    position reached and the head as it was at the start.
    """
    connection = await asyncpg.connect(
        dsn_owner, server_settings={"application_name": "helhedsplan-rebuild", "timezone": "UTC"}
    )
    try:
        folding = Folding(folders)
        head = await connection.fetchval("select coalesce(max(position), 0) from event")
        with without_collector():
            await _fold(connection, folding, head, progress)
            await tables.stage(connection, folding.rows())
        async with connection.transaction():
            return await _swap(connection, folding, head, progress)
    finally:
        await connection.close()


async def _swap(
    connection: asyncpg.Connection, folding: Folding, head: int, progress: Progress
) -> Rebuilt:
    await connection.execute("select pg_advisory_xact_lock($1)", _APPEND_LOCK)
    staged_at = folding.position
    await _fold(connection, folding, head, progress)
    if folding.position > staged_at:
        await tables.stage(connection, folding.rows())
    kept = await tables.keep_settled(connection)
    changed = {table: Changed(*await tables.swap(connection, table)) for table in tables.COLUMNS}
    return Rebuilt(folding.events, folding.position, kept, changed)


async def _fold(
    connection: asyncpg.Connection, folding: Folding, head: int, progress: Progress
) -> None:
    async for page in pages(connection, folding.position):
        folding.add(page)
        progress(folding.position, max(head, folding.position))
