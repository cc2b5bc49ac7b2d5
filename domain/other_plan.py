"""Answers: what is known about a plan of another kind, such as letting or infrastructure [F12 F14]?

An entry holds from its day on. A correction replaces what an entry said, from that entry's day on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.plan.context import Context
from domain.refusals import Refusal
from domain.values import CaseNumber, Label, Slug, TextRef, Value


class OtherPlanKind(StrEnum):
    """The three that the fact sheets name, and whatever else there is."""

    LETTING = "letting"
    INFRASTRUCTURE = "infrastructure"
    ARCHITECTURE = "architecture"
    OTHER = "other"


class OtherPlanContent(Value):
    """What the plan is, where and when; `source` says where that was read."""

    kind: OtherPlanKind
    title: Label
    area: Slug
    start: date
    end: date | None = None
    """The last day; None: until further notice."""
    source: Label
    document_number: CaseNumber | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError("the plan ends before it starts")
        return self


class OtherPlanFact(Value):
    """A fact about a plan of another kind; `on` is the day that it holds from."""

    v: Literal[1] = 1
    on: date


class OtherPlanRegistered(OtherPlanFact):
    type: Literal["other_plan_registered"] = "other_plan_registered"
    content: OtherPlanContent


class OtherPlanRevised(OtherPlanFact):
    type: Literal["other_plan_revised"] = "other_plan_revised"
    content: OtherPlanContent


class OtherPlanEnded(OtherPlanFact):
    """It ends, or ended, on another day than was planned."""

    type: Literal["other_plan_ended"] = "other_plan_ended"
    last_day: date
    reason: TextRef | None = None


class OtherPlanCorrected(OtherPlanFact):
    """An entry was mistyped: it should have said this, from its own day or from `on`."""

    type: Literal["other_plan_corrected"] = "other_plan_corrected"
    entry: int
    content: OtherPlanContent | None = None
    last_day: date | None = None
    reason: TextRef


OtherPlanEvent = Annotated[
    OtherPlanRegistered | OtherPlanRevised | OtherPlanEnded | OtherPlanCorrected,
    Field(discriminator="type"),
]


class RegisterOtherPlan(Value):
    type: Literal["register_other_plan"] = "register_other_plan"
    on: date | None = None
    content: OtherPlanContent


class ReviseOtherPlan(Value):
    type: Literal["revise_other_plan"] = "revise_other_plan"
    on: date | None = None
    content: OtherPlanContent


class EndOtherPlan(Value):
    type: Literal["end_other_plan"] = "end_other_plan"
    on: date | None = None
    last_day: date
    reason: TextRef | None = None


class CorrectOtherPlan(Value):
    """`entry` counts from 1; without `on` the entry keeps its day."""

    type: Literal["correct_other_plan"] = "correct_other_plan"
    entry: int = Field(ge=1)
    on: date | None = None
    content: OtherPlanContent | None = None
    last_day: date | None = None
    reason: TextRef


OtherPlanCommand = RegisterOtherPlan | ReviseOtherPlan | EndOtherPlan | CorrectOtherPlan


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands after corrections: new content, or a last day."""

    on: date
    content: OtherPlanContent | None = None
    last_day: date | None = None
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class OtherPlan:
    """All entries in the order in which they were made; the first registers the plan."""

    entries: tuple[Entry, ...]

    @property
    def content(self) -> OtherPlanContent:
        """The content in force, its end moved if the plan was ended."""
        content = next(e.content for e in reversed(self.entries) if e.content is not None)
        last = self.entries[-1].last_day
        return content if last is None else content.model_copy(update={"end": last})

    @property
    def is_ended(self) -> bool:
        return self.entries[-1].last_day is not None

    def as_of(self, day: date) -> "OtherPlan | None":
        """The plan with what held on a day; None before it was registered."""
        held = tuple(entry for entry in self.entries if entry.on <= day)
        return OtherPlan(held) if held and held[0] is self.entries[0] else None


def evolve(plan: OtherPlan | None, event: OtherPlanEvent) -> OtherPlan:
    """The plan after one more event."""
    entries = plan.entries if plan else ()
    match event:
        case OtherPlanRegistered() | OtherPlanRevised():
            return OtherPlan((*entries, Entry(event.on, content=event.content)))
        case OtherPlanEnded():
            return OtherPlan((*entries, Entry(event.on, last_day=event.last_day)))
        case OtherPlanCorrected():
            index = event.entry - 1
            mended = replace(
                entries[index],
                on=event.on,
                content=event.content,
                last_day=event.last_day,
                corrections=entries[index].corrections + 1,
            )
            return OtherPlan((*entries[:index], mended, *entries[index + 1 :]))
        case _:
            assert_never(event)


def decide(
    plan: OtherPlan | None, command: OtherPlanCommand, context: Context
) -> Sequence[OtherPlanEvent]:
    """The events that a command brings; none when nothing differs. Raises `Refusal`."""
    on = command.on or context.today
    if on > context.today:
        raise Refusal("day_in_future", on=on.isoformat(), today=context.today.isoformat())
    if isinstance(command, RegisterOtherPlan):
        if plan is not None:
            raise Refusal("other_plan_exists", title=plan.content.title)
        _check_area(command.content, context)
        return [OtherPlanRegistered(on=on, content=command.content)]
    if plan is None:
        raise Refusal("no_such_other_plan")
    if isinstance(command, CorrectOtherPlan):
        return _corrected(plan, command, context)
    if plan.is_ended:
        end = plan.content.end
        raise Refusal("other_plan_ended", end=end.isoformat() if end else None)
    if on < plan.entries[-1].on:
        raise Refusal("day_too_early", on=on.isoformat(), earliest=plan.entries[-1].on.isoformat())
    if isinstance(command, ReviseOtherPlan):
        _check_area(command.content, context)
        is_same = command.content == plan.content
        return [] if is_same else [OtherPlanRevised(on=on, content=command.content)]
    _check_last_day(plan.content, command.last_day)
    return [OtherPlanEnded(on=on, last_day=command.last_day, reason=command.reason)]


def _corrected(
    plan: OtherPlan, command: CorrectOtherPlan, context: Context
) -> list[OtherPlanEvent]:
    if command.entry > len(plan.entries):
        raise Refusal("no_such_entry", entry=command.entry, last=len(plan.entries))
    old = plan.entries[command.entry - 1]
    if (command.content is None) != (old.content is None) or (
        (command.last_day is None) != (old.last_day is None)
    ):
        raise Refusal("correction_of_other_entry", entry=command.entry)
    on = command.on or old.on
    if (on, command.content, command.last_day) == (old.on, old.content, old.last_day):
        raise Refusal("entry_unchanged", entry=command.entry)
    _check_order(plan, command.entry, on)
    if command.content is not None:
        _check_area(command.content, context)
    if command.last_day is not None:
        _check_last_day(OtherPlan(plan.entries[: command.entry - 1]).content, command.last_day)
    fields = command.model_dump(exclude={"type", "on"})
    return [OtherPlanCorrected(on=on, **fields)]


def _check_order(plan: OtherPlan, entry: int, on: date) -> None:
    """Entries stay in the order of their days, so that every day has one answer."""
    before = plan.entries[entry - 2].on if entry > 1 else date.min
    if on < before:
        raise Refusal("day_too_early", on=on.isoformat(), earliest=before.isoformat())
    if entry < len(plan.entries) and on > plan.entries[entry].on:
        after = plan.entries[entry].on
        raise Refusal("day_after_next_entry", on=on.isoformat(), next=after.isoformat())


def _check_area(content: OtherPlanContent, context: Context) -> None:
    known = context.reference.area_by_id
    if content.area not in known:
        raise Refusal("unknown_area", area=content.area, known=sorted(known))


def _check_last_day(content: OtherPlanContent, last_day: date) -> None:
    if last_day < content.start:
        start = content.start.isoformat()
        raise Refusal("ends_before_start", last_day=last_day.isoformat(), start=start)
