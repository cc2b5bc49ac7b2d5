"""Answers: what did the log know on a day about everything of a kind that has no workflow?"""

from datetime import date
from itertools import groupby
from typing import TypeVar

import asyncpg

from infrastructure.codec import Storable
from infrastructure.command_service import Aggregate
from infrastructure.event_store import rows

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Storable)

KNOWN = f"{rows.SELECT} where stream like $1 and recorded_on <= $2 order by stream, version"


async def states(pool: asyncpg.Pool, aggregate: Aggregate[S, C, E], known_at: date) -> dict[str, S]:
    """The states by name, folded from what was recorded by a day."""
    # An underscore stands for any character in `like`; none of our kinds differ by one only.
    found = await pool.fetch(KNOWN, f"{aggregate.kind}/%", known_at)
    folded = {
        aggregate.name_of(stream): aggregate.fold(events)
        for stream, events in groupby(map(rows.event, found), key=lambda event: event.stream)
    }
    return {name: state for name, state in folded.items() if state is not None}


async def version(pool: asyncpg.Pool, aggregate: Aggregate[S, C, E], name: str) -> int:
    """How many events there are of one; 0: there is none."""
    query = "select coalesce(max(version), 0) from event where stream = $1"
    found: int = await pool.fetchval(query, aggregate.stream(name))
    return found
