"""Reads the log and the state rows; positions are in commit order, so paging misses nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import asyncpg

from infrastructure.event_store import rows
from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.event_store.records import RecordedEvent, StateRow

GENESIS = bytes(32)
"""What stands before the first event's hash."""

STREAM = f"select {rows.COLUMNS} from event where stream = $1 and version > $2 order by version"
PAGE = f"select {rows.COLUMNS} from event where position > $1 order by position limit $2"
BY_COMMAND = (
    f"select {rows.COLUMNS} from event where stream = $1 and command_id = $2 order by version"
)
HEAD = "select position, hash from event order by position desc limit 1"
STATE = "select kind, facets, body, version from state_row where stream = $1"
STATES = "select stream, kind, facets, body, version from state_row where kind = $1 order by stream"


@dataclass(frozen=True, slots=True)
class State:
    """A state row with where it stands."""

    stream: str
    version: int
    row: StateRow


@dataclass(frozen=True)
class Reader:
    """Every read is one round trip on a pooled connection."""

    pool: asyncpg.Pool

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, connections: int = 4) -> AsyncIterator[Self]:
        """Raises StoreUnavailable when nobody answers."""
        try:
            pool = await asyncpg.create_pool(dsn, min_size=1, max_size=connections)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            raise StoreUnavailable(f"no connection to the event store: {error}") from error
        try:
            yield cls(pool)
        finally:
            await pool.close()

    async def stream(self, name: str, after_version: int = 0) -> list[RecordedEvent]:
        """A stream's events after a version, in order."""
        return [rows.event(row) for row in await self.pool.fetch(STREAM, name, after_version)]

    async def page(self, after_position: int = 0, limit: int = 1_000) -> list[RecordedEvent]:
        """The log after a position, in commit order; fewer than `limit` means the end."""
        return [rows.event(row) for row in await self.pool.fetch(PAGE, after_position, limit)]

    async def by_command(self, stream: str, command_id: UUID) -> list[RecordedEvent]:
        """What a command brought to a stream; [] when the log does not know it."""
        return [rows.event(row) for row in await self.pool.fetch(BY_COMMAND, stream, command_id)]

    async def head(self) -> tuple[int, bytes]:
        """The last position and its hash; of an empty log 0 and 32 zero bytes."""
        row = await self.pool.fetchrow(HEAD)
        return (0, GENESIS) if row is None else (row["position"], row["hash"])

    async def state(self, stream: str) -> State | None:
        row = await self.pool.fetchrow(STATE, stream)
        if row is None:
            return None
        return State(stream, row["version"], StateRow(row["kind"], row["facets"], row["body"]))

    async def states(self, kind: str) -> list[State]:
        """Every state row of a kind, by stream."""
        return [
            State(row["stream"], row["version"], StateRow(kind, row["facets"], row["body"]))
            for row in await self.pool.fetch(STATES, kind)
        ]
