"""Turns groups into the arrays of append_batch, and its answer into their outcomes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from infrastructure.event_store.records import (
    NO_COMPANIONS,
    Append,
    Group,
    NoticeRow,
    OutboxRow,
    Outcome,
    Recorded,
    RecordedEvent,
    Stale,
    StateRow,
    TaskRow,
)

_RECORDED, _REPEATED = 0, -1
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_TYPES = (
    *("integer[]", "uuid[]", "text[]", "text[]", "timestamptz[]", "date[]", "boolean[]"),
    *("text[]", "integer[]"),
    *("integer[]", "integer[]", "integer[]", "text[]", "text[]", "text[]"),
    *("text[]", "text[]", "date[]", "integer[]", "text[]", "text", "text", "text", "boolean"),
)
# The driver writes arrays of text quickly, and all others so slowly that they go as literals.
_CASTS = dict.fromkeys(("integer[]", "uuid[]", "timestamptz[]", "date[]", "boolean[]"), "::text")
_MARKS = ", ".join(f"${n}{_CASTS.get(kind, '')}::{kind}" for n, kind in enumerate(_TYPES, 1))
CALL = f"select * from append_batch({_MARKS})"  # noqa: S608
_JSON_COLUMNS = ("detail", "facts")


def arguments(groups: Sequence[Group], look_up_all: bool = False) -> tuple[Any, ...]:
    """The parameters of one call, in the order of migrations/0002_append.sql."""
    appends = [append for group in groups for append in group.appends]
    events = [event for append in appends for event in append.events]
    states = [append.state for append in appends]
    s_lowest, a_stream = _streams(appends)
    return (
        _literal(accumulate(len(group.appends) for group in groups)),
        _literal(group.command_id for group in groups),
        [group.actor for group in groups],
        _or_null([group.on_behalf_of for group in groups]),
        _literal_or_null([group.recorded_at for group in groups]),
        _literal_or_null([_recorded_on(group) for group in groups]),
        _literal_or_null([None if group.witnessed else False for group in groups]),
        list(s_lowest),
        _literal(s_lowest.values()),
        _literal(a_stream),
        _literal(append.expected_version for append in appends),
        _literal(accumulate(len(append.events) for append in appends)),
        *_states(states),
        [event.type for event in events],
        [event.data for event in events],
        _literal(event.valid_on for event in events),
        *_companions(groups),
        look_up_all,
    )


def _states(states: Sequence[StateRow | None]) -> tuple[Any, Any, Any]:
    if all(state is None for state in states):
        return None, None, None
    return (
        [state and state.kind for state in states],
        [state and state.facets for state in states],
        [state and state.body for state in states],
    )


def _streams(appends: Sequence[Append]) -> tuple[dict[str, int], list[int]]:
    """Each stream with the lowest version expected of it, and per append its stream's number."""
    lowest: dict[str, int] = {}
    numbers: dict[str, int] = {}
    of_append: list[int] = []
    for append in appends:
        stream, expected = append.stream, append.expected_version
        if stream not in numbers:
            numbers[stream] = len(numbers) + 1
            lowest[stream] = expected
        elif expected < lowest[stream]:
            lowest[stream] = expected
        of_append.append(numbers[stream])
    return lowest, of_append


def _literal(values: Iterable[Any]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _literal_or_null(values: list[Any]) -> str | None:
    if all(value is None for value in values):
        return None
    return _literal("null" if value is None else value for value in values)


def _or_null(values: list[Any]) -> list[Any] | None:
    return None if all(value is None for value in values) else values


def _recorded_on(group: Group) -> date | None:
    if group.recorded_on is None and group.recorded_at is not None:
        return group.recorded_at.astimezone(COPENHAGEN).date()
    return group.recorded_on


def _companions(groups: Sequence[Group]) -> tuple[Any, ...]:
    t_group: list[int] = []
    t_stream: list[str] = []
    tasks: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    outbox: list[dict[str, Any]] = []
    for number, group in enumerate(groups, 1):
        rows = group.companions
        if rows is NO_COMPANIONS:
            continue
        if rows.tasks is not None and rows.tasks_of is not None:
            t_group.append(number)
            t_stream.append(rows.tasks_of)
            tasks.extend(_row(row, number) for row in rows.tasks)
        notices.extend(_row(row, number) for row in rows.notices)
        outbox.extend(_row(row, number) for row in rows.outbox)
    return (
        _literal(t_group) if t_group else None,
        t_stream or None,
        _json(tasks),
        _json(notices),
        _json(outbox),
    )


def _json(rows: list[dict[str, Any]]) -> str | None:
    return msgspec.json.encode(rows).decode() if rows else None


_FIELDS = {kind: [f.name for f in fields(kind)] for kind in (TaskRow, NoticeRow, OutboxRow)}


def _row(row: TaskRow | NoticeRow | OutboxRow, group: int) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS[type(row)]}
    for name in _JSON_COLUMNS:
        if name in columns:
            columns[name] = msgspec.Raw(columns[name].encode())
    columns["g"] = group
    return columns


def outcomes(groups: Sequence[Group], answer: Any) -> list[Outcome | None]:
    """One outcome per group; None stands for a repeated one, whose events are yet to be read."""
    codes, moment, today, position, previous, hashes = answer
    result: list[Outcome | None] = []
    log = _Log(position, previous, iter(hashes or ()))
    appends_before = 0
    for group, code in zip(groups, codes, strict=True):
        if code == _RECORDED:
            at = group.recorded_at
            hour = moment if at is None else at.astimezone(UTC)
            result.append(Recorded(log.take(group, hour, _recorded_on(group) or today)))
        elif code == _REPEATED:
            result.append(None)
        else:
            append = group.appends[(code >> 32) - appends_before - 1]
            result.append(Stale(append.stream, append.expected_version, code & 0xFFFFFFFF))
        appends_before += len(group.appends)
    return result


class _Log:
    """Gives the events of recorded groups, in order, their places in the log."""

    def __init__(self, position: int, previous_hash: bytes, hashes: Iterator[bytes]) -> None:
        self._position = position
        self._previous = previous_hash
        self._hashes = hashes

    def take(self, group: Group, at: datetime, on: date) -> tuple[RecordedEvent, ...]:
        position, previous = self._position, self._previous
        events: list[RecordedEvent] = []
        for append in group.appends:
            version = append.expected_version
            for ordinal, event in enumerate(append.events):
                link = next(self._hashes)
                version += 1
                events.append(
                    # By position: names would cost a third more, and this is the writer's core.
                    RecordedEvent(
                        position,
                        append.stream,
                        version,
                        ordinal,
                        event.type,
                        event.data,
                        event.valid_on,
                        at,
                        on,
                        group.witnessed,
                        group.actor,
                        group.on_behalf_of,
                        group.command_id,
                        previous,
                        link,
                    )
                )
                position += 1
                previous = link
        self._position, self._previous = position, previous
        return tuple(events)
