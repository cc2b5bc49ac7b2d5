"""How a row of the table `event` becomes a RecordedEvent."""

from typing import Any

from infrastructure.event_store.records import RecordedEvent

SELECT = """
select position, stream, version, ordinal, type, data, valid_on, recorded_at, recorded_on,
    witnessed, actor, on_behalf_of, command_id, previous_hash, hash
from event
"""
BY_STREAM = f"{SELECT} where stream = $1 and version > $2 order by version"
BY_POSITION = f"{SELECT} where position > $1 order by position limit $2"
BY_COMMAND = f"{SELECT} where stream = any($1) and command_id = $2 order by position"


def event(row: Any) -> RecordedEvent:
    """The columns stand in the order of the fields."""
    return RecordedEvent(*row)
