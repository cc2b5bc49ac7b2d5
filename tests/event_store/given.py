"""Groups as short as the tests need them."""

from datetime import date
from typing import Any
from uuid import UUID

from infrastructure.clock import new_id
from infrastructure.event_store.records import (
    Append,
    Companions,
    Group,
    NewEvent,
    Outcome,
    Recorded,
    RecordedEvent,
    StateRow,
    canonical_json,
)

DAY = date(2013, 10, 1)


def event(n: int = 1, **data: Any) -> NewEvent:
    return NewEvent("plan_noted", canonical_json({"v": 1, "n": n, **data}), DAY)


def append(stream: str, expected: int, *numbers: int, state: StateRow | None = None) -> Append:
    return Append(stream, expected, tuple(event(n) for n in numbers or (1,)), state)


def group(*appends: Append, command: UUID | None = None, **more: Any) -> Group:
    return Group(command or new_id(), more.pop("actor", "p-0007"), appends, **more)


def one(stream: str, expected: int, *numbers: int, **more: Any) -> Group:
    return group(append(stream, expected, *numbers), **more)


def state(n: int = 1, phase: str = "running") -> StateRow:
    facets = {"phase": phase, "area": "amager", "next_due": f"2013-11-{n:02}"}
    return StateRow("plan", canonical_json(facets), canonical_json({"n": n}))


def recorded(outcome: Outcome) -> tuple[RecordedEvent, ...]:
    assert isinstance(outcome, Recorded), outcome
    return outcome.events


NOTHING = Companions()
