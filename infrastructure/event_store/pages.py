"""Walks the whole log in pages; the next page is fetched while the caller works on this one."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg

from infrastructure.event_store import rows
from infrastructure.event_store.records import RecordedEvent

PAGE = 5_000


async def pages(
    connection: asyncpg.Connection, after_position: int = 0, size: int = PAGE
) -> AsyncIterator[list[RecordedEvent]]:
    """Every event after a position, until the log has no more; takes the connection for itself."""
    statement = await connection.prepare(rows.BY_POSITION)
    found = await statement.fetch(after_position, size)
    while found:
        following = asyncio.create_task(statement.fetch(found[-1][0], size))
        try:
            await asyncio.sleep(0)  # so that the server starts on it before the caller computes
            yield [RecordedEvent(*row) for row in found]
            found = await following
        finally:
            if not following.done():
                following.cancel()
