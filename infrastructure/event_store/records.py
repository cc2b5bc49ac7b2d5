"""The values that go into the event store and come out of it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


def canonical_json(value: Any) -> str:
    """The one text of a JSON value: sorted keys, no spaces, letters as they are."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`data` is the canonical JSON text of an object and is stored byte for byte."""

    type: str
    data: str
    valid_on: date


@dataclass(frozen=True, slots=True)
class StateRow:
    """The read model of one stream; `facets` (JSON object) holds what lists filter on."""

    kind: str
    facets: str
    body: str


@dataclass(frozen=True, slots=True)
class Append:
    """Events for one stream that must stand at `expected_version` (0: it must not exist).

    Without events it only guards: the group is stale unless the stream stands there.
    """

    stream: str
    expected_version: int
    events: tuple[NewEvent, ...]
    state: StateRow | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that a role or a party has to do; all tasks of a stream are replaced together."""

    task: str
    role: str
    party: str | None
    since: date
    due_on: date | None
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A promised notice, written whole each time it changes; `stream` is the plan's."""

    stream: str
    notice: str
    deadline: str
    kind: str
    send_on: date
    status: str
    planned_at: datetime
    due_at: datetime | None = None
    settled_at: datetime | None = None
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """What one party is owed by mail.

    `pending` is written once and never again; any other status settles the row.
    """

    stream: str
    notice: str
    party: str
    day: date
    urgent: bool
    template: str
    facts: str
    created_at: datetime
    status: str = "pending"
    mail_id: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Companions:
    """Rows that a group writes beside its events, exactly as given.

    `tasks` replaces all tasks of `tasks_of`; None leaves them alone.
    """

    tasks: tuple[TaskRow, ...] | None = None
    tasks_of: str | None = None
    notices: tuple[NoticeRow, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()


NO_COMPANIONS = Companions()


@dataclass(frozen=True, slots=True)
class Group:
    """Appends that are recorded together or not at all, once per command id.

    `recorded_at` None means the database's clock; a demo or rehearsal gives its own.
    `recorded_on` None means the date of `recorded_at` in Copenhagen; an import gives the
    day of the journal. `witnessed` False: stated afterwards, not seen when it happened.
    """

    command_id: UUID
    actor: str
    appends: tuple[Append, ...]
    on_behalf_of: str | None = None
    recorded_at: datetime | None = None
    recorded_on: date | None = None
    witnessed: bool = True
    companions: Companions = NO_COMPANIONS


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the log keeps it; `data` is the canonical text that the hash covers."""

    position: int
    stream: str
    version: int
    ordinal: int
    type: str
    data: str
    valid_on: date
    recorded_at: datetime
    recorded_on: date
    witnessed: bool
    actor: str
    on_behalf_of: str | None
    command_id: UUID
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """The group was appended just now."""

    events: tuple[RecordedEvent, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The command was recorded before; these are its original events."""

    events: tuple[RecordedEvent, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was appended: `stream` stands at `actual`, not at `expected`."""

    stream: str
    expected: int
    actual: int


Outcome = Recorded | Repeated | Stale
