"""What must hold of a log after any fault: the chain, the versions, the folds, each command once."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

import asyncpg

from infrastructure.event_store import chain
from infrastructure.event_store.reader import NO_HASH, Reader
from infrastructure.event_store.records import RecordedEvent
from infrastructure.plans import fold_plan
from infrastructure.read_models import plan_row

Content = list[tuple[str, str, str]]


async def whole_log(dsn: str) -> list[RecordedEvent]:
    async with Reader.open(dsn) as reader:
        events: list[RecordedEvent] = []
        while page := await reader.page(len(events), 1_000):
            events.extend(page)
        return events


def broken_links(events: Iterable[RecordedEvent]) -> list[int]:
    """Positions whose hash, predecessor or number is not what it should be."""
    broken = []
    previous = NO_HASH
    for number, event in enumerate(events, 1):
        is_whole = event.position == number and event.previous_hash == previous
        if not is_whole or event.hash != chain.link(event, previous):
            broken.append(event.position)
        previous = event.hash
    return broken


def by_stream(events: Iterable[RecordedEvent]) -> dict[str, list[RecordedEvent]]:
    streams: dict[str, list[RecordedEvent]] = defaultdict(list)
    for event in events:
        streams[event.stream].append(event)
    return dict(streams)


def contents(events: Iterable[RecordedEvent]) -> dict[str, Content]:
    """What two runs are compared by: type, data and day of each stream's events."""
    return {
        stream: [(event.type, event.data, event.valid_on.isoformat()) for event in found]
        for stream, found in by_stream(events).items()
    }


def gaps(events: Iterable[RecordedEvent]) -> list[str]:
    """Streams whose versions are not 1, 2, 3, …"""
    return [
        stream
        for stream, found in by_stream(events).items()
        if [event.version for event in found] != list(range(1, len(found) + 1))
    ]


def recorded_otherwise(events: Iterable[RecordedEvent], commands: Iterable[UUID]) -> list[UUID]:
    """Commands that are not in their plan's stream exactly once."""
    found = Counter(
        (event.command_id, event.ordinal)
        for event in events
        if event.stream.startswith("plan/") and not event.stream.endswith("/notices")
    )
    return [each for each in commands if found[each, 0] != 1]


async def rows_unlike_their_fold(dsn: str, events: Iterable[RecordedEvent]) -> list[str]:
    """Plans whose read model is not what their events say."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("select stream, version, body from state_row")
    finally:
        await connection.close()
    stored = {row["stream"]: (row["version"], row["body"]) for row in rows}
    unlike = []
    for stream, found in by_stream(events).items():
        if stream.endswith("/notices") or not stream.startswith("plan/"):
            continue
        plan = fold_plan(found)
        assert plan is not None
        if stored.get(stream) != (plan.version, plan_row(plan).body):
            unlike.append(stream)
    return unlike
