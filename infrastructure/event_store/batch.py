"""Turns groups into the arrays of append_batch, and its answer into their outcomes."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import count
from typing import Any

import msgspec

from infrastructure.event_store.records import (
    NO_COMPANIONS,
    Group,
    NewEvent,
    NoticeRow,
    OutboxRow,
    Outcome,
    Recorded,
    RecordedEvent,
    Stale,
    TaskRow,
)

_RECORDED, _REPEATED, _STALE = 0, 1, 2
CALL = (
    "select * from append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
    " $15, $16, $17, $18, $19, $20, $21, $22, $23)"
)
_JSON_COLUMNS = ("detail", "facts")


def arguments(groups: Sequence[Group], look_up_all: bool = False) -> tuple[Any, ...]:
    """The parameters of one call, in the order of migrations/0002_append.sql."""
    streams: dict[str, int] = {}
    a_group: list[int] = []
    a_stream: list[int] = []
    a_expected: list[int] = []
    states: list[tuple[str | None, str | None, str | None]] = []
    e_append: list[int] = []
    events: list[NewEvent] = []
    for number, group in enumerate(groups, 1):
        for append in group.appends:
            a_group.append(number)
            a_stream.append(streams.setdefault(append.stream, len(streams) + 1))
            a_expected.append(append.expected_version)
            state = append.state
            states.append((state.kind, state.facets, state.body) if state else (None, None, None))
            events.extend(append.events)
            e_append.extend([len(a_group)] * len(append.events))
    return (
        [group.command_id for group in groups],
        [group.actor for group in groups],
        [group.on_behalf_of for group in groups],
        [group.recorded_at for group in groups],
        [group.recorded_on for group in groups],
        [group.witnessed for group in groups],
        list(streams),
        a_group,
        a_stream,
        a_expected,
        [state[0] for state in states],
        [state[1] for state in states],
        [state[2] for state in states],
        e_append,
        [event.type for event in events],
        [event.data for event in events],
        [event.valid_on for event in events],
        *_companions(groups),
        look_up_all,
    )


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
    return t_group, t_stream, _json(tasks), _json(notices), _json(outbox)


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
    result: list[Outcome | None] = []
    codes, ats, actuals, hours, days, first, previous, hashes = answer
    positions = count(first)
    links = iter(hashes or ())
    number_of_appends = 0
    for group, code, at, actual, hour, day in zip(
        groups, codes, ats, actuals, hours, days, strict=True
    ):
        if code == _RECORDED:
            events: list[RecordedEvent] = []
            for append in group.appends:
                version = append.expected_version
                for ordinal, event in enumerate(append.events):
                    link = next(links)
                    version += 1
                    events.append(
                        RecordedEvent(
                            next(positions),
                            append.stream,
                            version,
                            ordinal,
                            event.type,
                            event.data,
                            event.valid_on,
                            hour,
                            day,
                            group.witnessed,
                            group.actor,
                            group.on_behalf_of,
                            group.command_id,
                            previous,
                            link,
                        )
                    )
                    previous = link
            result.append(Recorded(tuple(events)))
        elif code == _STALE:
            append = group.appends[at - number_of_appends - 1]
            result.append(Stale(append.stream, append.expected_version, actual))
        else:
            result.append(None)
        number_of_appends += len(group.appends)
    return result
