"""Answers: how is a command to something that has no workflow decided and recorded?

Registers, evaluations and reference data go through here: a pure decider in the domain, the same
event store, the same rules (expected version, command ids, refusals) as plans have.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from domain.calendar import local_day
from domain.plan.context import Context
from domain.refusals import Refusal
from infrastructure.codec import Storable, decode, encode
from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.event_store.folders import Final, Folder
from infrastructure.event_store.records import (
    Append,
    Group,
    Recorded,
    RecordedEvent,
    Stale,
    StateRow,
    canonical_json,
)
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Storable)

TRIES = 50
"""Times that others may be first before a command without an expected version gives up."""


@dataclass(frozen=True)
class Aggregate(Generic[S, C, E]):
    """What lives in `<kind>/<name>` streams, and how it is decided, folded and listed."""

    kind: str
    events: TypeAdapter[E]
    state: TypeAdapter[S]
    decide: Callable[[S | None, C, Context], Sequence[E]]
    evolve: Callable[[S | None, E], S]
    facets: Callable[[S], Mapping[str, Any]]

    def stream(self, name: str) -> str:
        return f"{self.kind}/{name}"

    def name_of(self, stream: str) -> str:
        return stream.removeprefix(f"{self.kind}/")

    def fold(self, recorded: Iterable[RecordedEvent], state: S | None = None) -> S | None:
        for each in recorded:
            state = self.evolve(state, decode(self.events, each))
        return state

    def after(self, state: S | None, events: Iterable[E]) -> S | None:
        """The state after events that are yet to be stored, as a later reading will fold them."""
        for event in events:
            state = self.evolve(state, self.events.validate_json(event.model_dump_json()))
        return state

    def row(self, state: S) -> StateRow:
        return StateRow(
            kind=self.kind,
            facets=canonical_json(dict(self.facets(state))),
            body=canonical_json(self.state.dump_python(state, mode="json")),
        )

    def folder(self) -> Folder:
        """How the state rows are made anew from the log."""

        def rows(family: str, state: S) -> Final:
            return Final({family: self.row(state)})

        return Folder(
            kind=self.kind,
            matches=lambda stream: stream.startswith(f"{self.kind}/"),
            fold=self.fold,
            rows=rows,
        )


@dataclass(frozen=True, slots=True)
class Order(Generic[C]):
    """A command with who asks, for whom, under which id and against which version."""

    command_id: UUID
    actor: str
    body: C
    expected_version: int | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The installation's now. `recorded_at` None: the database's clock, in production."""

    now: datetime
    recorded_at: datetime | None = None

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Done(Generic[E]):
    """What was recorded; `is_repeated`: the command id was known, nothing is new."""

    stream: str
    version: int
    events: tuple[E, ...]
    is_repeated: bool = False


def group_of(
    order: Order[Any],
    stream: str,
    version: int,
    events: Iterable[Storable],
    row: StateRow,
    *,
    recorded_at: datetime | None,
    recorded_on: date | None = None,
    witnessed: bool = True,
) -> Group:
    """The events of one command as they are appended to one stream."""
    return Group(
        command_id=order.command_id,
        actor=order.actor,
        on_behalf_of=order.on_behalf_of,
        appends=(Append(stream, version, tuple(encode(event) for event in events), row),),
        recorded_at=recorded_at,
        recorded_on=recorded_on,
        witnessed=witnessed,
    )


@dataclass(frozen=True)
class CommandService:
    """The one door to aggregates without a workflow."""

    plans: Plans
    writer: Writer

    async def carry_out(
        self, aggregate: Aggregate[S, C, E], name: str, order: Order[C], moment: Moment
    ) -> Done[E]:
        """Decide and record. Raises Refusal; a command without a version is judged anew when late.

        Raises StoreUnavailable when it is unknown whether it was recorded: send it again.
        """
        stream = aggregate.stream(name)
        for _ in range(TRIES):
            recorded = await self.plans.reader.stream(stream)
            if repeated := _earlier(aggregate, stream, recorded, order.command_id):
                return repeated
            version = recorded[-1].version if recorded else 0
            if order.expected_version not in (None, version):
                facts = {"expected": order.expected_version, "actual": version}
                raise Refusal("changed_meanwhile", **facts)
            state = aggregate.fold(recorded)
            context = Context(moment.today, await self.plans.reference())
            events = tuple(aggregate.decide(state, order.body, context))
            after = aggregate.after(state, events)
            if not events or after is None:
                return Done(stream, version, ())
            row = aggregate.row(after)
            group = group_of(order, stream, version, events, row, recorded_at=moment.recorded_at)
            outcome = await self.writer.append(group)
            if isinstance(outcome, Recorded):
                return Done(stream, outcome.events[-1].version, events)
            if not isinstance(outcome, Stale):
                return _repeated(aggregate, stream, outcome.events)
        raise StoreUnavailable(f"{stream}: others were first {TRIES} times")


def _earlier(
    aggregate: Aggregate[S, C, E], stream: str, recorded: Iterable[RecordedEvent], command: UUID
) -> Done[E] | None:
    found = [each for each in recorded if each.command_id == command]
    return _repeated(aggregate, stream, found) if found else None


def _repeated(
    aggregate: Aggregate[S, C, E], stream: str, found: Sequence[RecordedEvent]
) -> Done[E]:
    events = tuple(decode(aggregate.events, each) for each in found)
    return Done(stream, found[-1].version, events, is_repeated=True)
