"""The bytes that the hash chain covers, as docs/events.md describes them for outsiders."""

import hashlib
from datetime import UTC, date, datetime

from infrastructure.event_store.records import RecordedEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def covered(event: RecordedEvent) -> bytes:
    """The lines of an event, joined by newlines; only the last, the data, may hold any."""
    since_epoch = event.recorded_at - _EPOCH
    microseconds = (
        since_epoch.days * 86_400 + since_epoch.seconds
    ) * 1_000_000 + since_epoch.microseconds
    return (
        f"{event.position}\n{microseconds}\n{event.recorded_on.toordinal() - _EPOCH_DAY}\n"
        f"{event.witnessed:d}\n{event.command_id}\n{event.actor}\n{event.on_behalf_of or ''}\n"
        f"{event.stream}\n{event.version}\n{event.ordinal}\n"
        f"{event.valid_on.toordinal() - _EPOCH_DAY}\n{event.type}\n{event.data}"
    ).encode()


def link(event: RecordedEvent, previous_hash: bytes) -> bytes:
    """The event's hash, computed from what stands in the log."""
    return hashlib.sha256(previous_hash + covered(event)).digest()
