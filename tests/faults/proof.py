"""What must hold of a log after any fault: the chain, the versions, the folds, each command once."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from infrastructure.event_store import chain
from infrastructure.event_store.reader import NO_HASH, Reader
from infrastructure.event_store.records import RecordedEvent
from infrastructure.event_store.verify import Fault, verify
from infrastructure.folders import folders

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


async def found_by_verify(dsn: str) -> list[Fault]:
    """What `helhedsplan verify` says, but for what these lives never wrote.

    That is the texts that they name, and rows of the reference data.
    """
    report = await verify(dsn, folders())
    return [
        fault
        for fault in report.faults
        if fault.code != "text_missing" and not fault.where.startswith("state_row reference/")
    ]
