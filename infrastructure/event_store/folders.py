"""How read models are folded from the log: what a caller registers, and what folding yields."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from infrastructure.event_store.records import (
    Companions,
    NoticeRow,
    OutboxRow,
    RecordedEvent,
    StateRow,
    TaskRow,
)


def itself(stream: str) -> str:
    """The family of a stream that is folded alone."""
    return stream


@dataclass(frozen=True, slots=True)
class Final:
    """The rows that one family of streams ends with, as incremental appends left them.

    `companions` may hold those of several streams; of the same row the last one counts.
    """

    states: Mapping[str, StateRow] = field(default_factory=dict)
    companions: Sequence[Companions] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """Folds the streams that it matches.

    Streams with the same `family` are folded together, their events in the order of the log
    (a plan and its notices). `fold` is called once per family and page of the log, with what it
    answered before (None at first); `rows` once at the end. Both are pure.
    """

    kind: str
    matches: Callable[[str], bool]
    fold: Callable[[Iterable[RecordedEvent], Any | None], Any]
    rows: Callable[[str, Any], Final]
    family: Callable[[str], str] = itself


@dataclass(slots=True)
class Rows:
    """All read models in memory, keyed as the tables are."""

    states: dict[str, tuple[StateRow, int]] = field(default_factory=dict)
    tasks: dict[tuple[str, str, str, str | None], TaskRow] = field(default_factory=dict)
    notices: dict[tuple[str, str], NoticeRow] = field(default_factory=dict)
    outbox: dict[tuple[str, str, str], OutboxRow] = field(default_factory=dict)

    def add(self, final: Final, versions: Mapping[str, int]) -> None:
        for stream, row in final.states.items():
            self.states[stream] = (row, versions[stream])
        for companions in final.companions:
            stream = companions.tasks_of or ""
            for task in companions.tasks or ():
                self.tasks[stream, task.task, task.role, task.party] = task
            for notice in companions.notices:
                self.notices[notice.stream, notice.notice] = notice
            for owed in companions.outbox:
                self.outbox[owed.stream, owed.notice, owed.party] = owed


class Folding:
    """Folds the log page by page; streams that no folder matches have no read model."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self._folders = folders
        self._route: dict[str, tuple[Folder, str] | None] = {}
        self._folded: dict[tuple[int, str], tuple[Folder, str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.position = 0
        self.events = 0

    def add(self, page: Sequence[RecordedEvent]) -> None:
        """Takes the next events of the log."""
        if not page:
            return
        families: dict[tuple[int, str], list[RecordedEvent]] = {}
        known: dict[str, list[RecordedEvent] | None] = {}
        for event in page:
            stream = event.stream
            try:
                events = known[stream]
            except KeyError:
                events = known[stream] = self._events_of(stream, families)
            if events is not None:
                events.append(event)
            self.versions[stream] = event.version
        with without_collector():
            for key, events in families.items():
                folder, family, before = self._folded[key]
                self._folded[key] = (folder, family, folder.fold(events, before))
        self.position = page[-1].position
        self.events += len(page)

    def _events_of(
        self, stream: str, families: dict[tuple[int, str], list[RecordedEvent]]
    ) -> list[RecordedEvent] | None:
        if stream not in self._route:
            folder = next((f for f in self._folders if f.matches(stream)), None)
            self._route[stream] = (folder, folder.family(stream)) if folder else None
        route = self._route[stream]
        if route is None:
            return None
        folder, family = route
        key = (id(folder), family)
        self._folded.setdefault(key, (folder, family, None))
        return families.setdefault(key, [])

    def rows(self) -> Rows:
        """What the tables should hold now."""
        rows = Rows()
        with without_collector():
            for folder, family, folded in self._folded.values():
                rows.add(folder.rows(family, folded), self.versions)
        return rows


@contextmanager
def without_collector() -> Iterator[None]:
    """While a log is folded nothing is garbage, and looking for it takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
