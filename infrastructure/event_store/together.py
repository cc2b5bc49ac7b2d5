"""Appends many groups in the caller's transaction, together with rows of other tables."""

from collections.abc import Iterator, Sequence

import asyncpg

from infrastructure.event_store import batch, border
from infrastructure.event_store.records import Group, Recorded, Stale

EVENTS_PER_CALL = 2_000
SETTINGS = (
    "set local enable_seqscan = off; set local enable_hashjoin = off;"
    "set local enable_mergejoin = off; set local jit = off"
)
"""As the writer has them: plans are made while tables may be empty."""


class Overtaken(Exception):
    """A stream is not where a group expected it: the transaction must be rolled back."""


async def append_all(connection: asyncpg.Connection, groups: Sequence[Group]) -> None:
    """All groups in order. The connection must be in a transaction, which holds the lock to its end.

    Raises Overtaken when one of them is stale or was recorded before, BadData for what can never
    be stored.
    """
    for group in groups:
        border.check(group)
    await connection.execute(SETTINGS)
    call = await connection.prepare(batch.CALL)
    for chunk in _chunks(groups):
        answer = await call.fetchrow(*batch.arguments(chunk, look_up_all=True))
        for group, outcome in zip(chunk, batch.outcomes(chunk, answer), strict=True):
            if isinstance(outcome, Stale):
                raise Overtaken(f"{outcome.stream}: {outcome.actual}, not {outcome.expected}")
            if not isinstance(outcome, Recorded):
                raise Overtaken(f"{group.appends[0].stream}: {group.command_id} was recorded")


def _chunks(groups: Sequence[Group]) -> Iterator[list[Group]]:
    chunk: list[Group] = []
    events = 0
    for group in groups:
        chunk.append(group)
        events += sum(len(append.events) for append in group.appends)
        if events >= EVENTS_PER_CALL:
            yield chunk
            chunk, events = [], 0
    if chunk:
        yield chunk
