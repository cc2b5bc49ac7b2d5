"""Reads the log and the read models; positions are in commit order, so paging misses nothing."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import asyncpg

from infrastructure.event_store import rows
from infrastructure.event_store.errors import LOST, StoreUnavailable
from infrastructure.event_store.records import RecordedEvent, StateRow

NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class State:
    """A stream's read model and the version that it was folded up to."""

    stream: str
    version: int
    row: StateRow


class Reader:
    """Every answer is one statement, hence one moment of the database.

    Raises StoreUnavailable when the database does not answer; asking again is safe.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, connections: int = 2) -> AsyncIterator[Self]:
        """A reader with a pool of its own; `Reader(pool)` shares one."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=connections,
                command_timeout=30,
                server_settings={"application_name": "helhedsplan-reader", "timezone": "UTC"},
            )
        except LOST as error:
            raise StoreUnavailable(f"no connection to the event store: {error}") from error
        async with pool:
            yield cls(pool)

    async def stream(self, name: str, after_version: int = 0) -> list[RecordedEvent]:
        """The events of one stream in order; none when there is no such stream."""
        return _events(await self._fetch(rows.BY_STREAM, name, after_version))

    async def page(self, after_position: int, limit: int) -> list[RecordedEvent]:
        """The next events of the whole log."""
        return _events(await self._fetch(rows.BY_POSITION, after_position, limit))

    async def by_command(self, stream: str, command_id: UUID) -> list[RecordedEvent]:
        """What one command recorded in one stream."""
        return _events(await self._fetch(rows.BY_COMMAND, [stream], command_id))

    async def head(self) -> tuple[int, bytes]:
        """The last position and its hash; of an empty log (0, 32 zero bytes)."""
        found = await self._fetch("select position, hash from event order by position desc limit 1")
        return (found[0]["position"], found[0]["hash"]) if found else (0, NO_HASH)

    async def state(self, stream: str) -> State | None:
        """The read model of one stream."""
        found = await self._fetch(_STATE + " where stream = $1", stream)
        return _state(found[0]) if found else None

    async def states(
        self,
        kind: str,
        *,
        phase: str | None = None,
        area: str | None = None,
        due_by: str | None = None,
        streams: Sequence[str] | None = None,
    ) -> list[State]:
        """All read models of a kind, by stream; each filter that is given narrows.

        `due_by` compares with the facet `next_due` as text (ISO dates sort as text).
        """
        found = await self._fetch(
            _STATE
            + """
            where kind = $1
              and ($2::text is null or facets ->> 'phase' = $2)
              and ($3::text is null or facets ->> 'area' = $3)
              and ($4::text is null or facets ->> 'next_due' <= $4)
              and ($5::text[] is null or stream = any ($5))
            order by stream
            """,
            kind,
            phase,
            area,
            due_by,
            list(streams) if streams is not None else None,
        )
        return [_state(row) for row in found]

    async def streams_outside(self, kind: str, phases: Collection[str]) -> list[str]:
        """The streams of a kind whose phase is none of these."""
        found = await self._fetch(
            """
            select stream from state_row
            where kind = $1 and not facets ->> 'phase' = any ($2::text[]) order by stream
            """,
            kind,
            list(phases),
        )
        return [row["stream"] for row in found]

    async def _fetch(self, query: str, *arguments: Any) -> list[Any]:
        try:
            return list(await self._pool.fetch(query, *arguments))
        except LOST as error:
            raise StoreUnavailable(f"{type(error).__name__}: {error}") from error


_STATE = "select stream, version, kind, facets::text as facets, body from state_row"


def _events(found: list[Any]) -> list[RecordedEvent]:
    return [rows.event(row) for row in found]


def _state(row: Any) -> State:
    return State(row["stream"], row["version"], StateRow(row["kind"], row["facets"], row["body"]))
