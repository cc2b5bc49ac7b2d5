"""Answers: how do the domain's events become stored text, and stored text events again?"""

from datetime import date
from typing import Any, Protocol, TypeVar

import msgspec
from pydantic import TypeAdapter

from domain.notices import LedgerEvent
from domain.plan.events import PlanEvent
from domain.plan.state import Plan
from domain.reference import ReferencePublished
from infrastructure.event_store.records import NewEvent, RecordedEvent, canonical_json
from infrastructure.event_store.upcasters import Upcasters

PLAN_EVENT: TypeAdapter[PlanEvent] = TypeAdapter(PlanEvent)
LEDGER_EVENT: TypeAdapter[LedgerEvent] = TypeAdapter(LedgerEvent)
REFERENCE_EVENT: TypeAdapter[ReferencePublished] = TypeAdapter(ReferencePublished)
PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)

UPCASTERS = Upcasters()
"""No event has a second shape yet; docs/events.md says how one gets it."""

E = TypeVar("E")


class Storable(Protocol):
    """An event: a value with a literal type and the day that it holds for."""

    @property
    def type(self) -> str: ...
    @property
    def on(self) -> date: ...
    def model_dump(self, *, mode: str, exclude_none: bool, exclude: Any) -> dict[str, Any]: ...
    def model_dump_json(self) -> str: ...


def encode(event: Storable) -> NewEvent:
    """The event as the log keeps it: its type stands beside it, what is None is left out."""
    fields: dict[str, Any] = event.model_dump(mode="json", exclude_none=True, exclude={"type"})
    return NewEvent(type=event.type, data=canonical_json(fields), valid_on=event.on)


def _fields(recorded: RecordedEvent) -> str:
    """The current shape of what was stored, with its type: ready to validate."""
    data = recorded.data
    if UPCASTERS.newest(recorded.type) > 1:
        lifted = UPCASTERS.lift(recorded.type, msgspec.json.decode(data))
        data = canonical_json(lifted)
    return '{"type":"' + recorded.type + '",' + data[1:]


def decode(events: TypeAdapter[E], recorded: RecordedEvent) -> E:
    """One of the events that the adapter knows."""
    return events.validate_json(_fields(recorded))


def decode_plan_event(recorded: RecordedEvent) -> PlanEvent:
    return PLAN_EVENT.validate_json(_fields(recorded))


def decode_ledger_event(recorded: RecordedEvent) -> LedgerEvent:
    return LEDGER_EVENT.validate_json(_fields(recorded))


def decode_reference_event(recorded: RecordedEvent) -> ReferencePublished:
    return REFERENCE_EVENT.validate_json(_fields(recorded))
