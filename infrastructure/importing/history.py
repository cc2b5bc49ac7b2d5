"""Answers: which events does a plan's stated history make, and where did it break today's rules?

Rows are folded one by one: what cannot be is a fault; what the rules speak against is kept and
flagged, for true history broke them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan import life
from domain.plan.content import Content
from domain.plan.context import Context
from domain.plan.decide import consequences, problems
from domain.plan.evolve import evolve
from domain.plan.state import Plan
from domain.reference import Reference
from domain.refusals import Refusal
from infrastructure.importing import clock_facts, facts
from infrastructure.importing.clock_facts import CLOCKED
from infrastructure.importing.fact import Asked, Fact
from infrastructure.importing.faults import BadCell, Faults, Place
from infrastructure.importing.naming import RowName, clock_id
from infrastructure.importing.reading import Row

IMPOSSIBLE = frozenset(
    {
        "no_such_plan",
        "plan_exists",
        "unknown_area",
        "unknown_goal",
        "unknown_intervention_area",
        "unknown_route",
        "unknown_point",
        "unknown_decision",
        "unknown_meeting",
        "not_submitted",
        "not_suspended",
        "resumed_before_suspended",
        "no_condition",
        "not_called_in",
        "point_ruled_twice",
        "correction_of_other",
        "condition_required",
        "reason_contradicts",
        "step_required",
        "step_without_return",
    }
)
"""Refusals that say: this shape cannot be. All others are rules of today, which history may break."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that a fact broke: imported as it was, and kept for people to see."""

    name: RowName
    place: Place
    on: date
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Events that were learned together: of one row, or brought by the clock before it."""

    command_id: UUID
    order: tuple[int, int]
    """Where it comes in the log among all plans' entries."""
    known_on: date
    events: tuple[e.PlanEvent, ...]
    is_clock: bool = False


@dataclass(slots=True)
class Rows:
    """Everything that the files say of one plan, and what of it is new."""

    plan: str
    filing: dict[int, Row]
    contents: dict[int, Content]
    facts: list[Fact]
    orders: list[int]
    """The place of each fact in its file."""
    known_facts: int = 0
    """So many facts were imported before."""
    order: int = 0
    draft: RowName | None = None
    """The row to draft the plan by; None when it stands already."""


@dataclass(slots=True)
class History:
    """One plan's past while it is folded."""

    rows: Rows
    reference: Reference
    faults: Faults
    before: Plan | None = None
    plan: Plan | None = None
    revision: int = 1
    last_on: date = date.min
    last_known: date = date.min
    entries: list[Entry] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    held: dict[tuple[str, Any, str], Row] = field(default_factory=dict)
    """What the clock leaves to rows still to come that say it differently."""

    def fold(self, today: date) -> None:
        """All new rows and, up to today, what the clock brings."""
        self.plan = self.before
        self._pass_over_known()
        new = self.rows.facts[self.rows.known_facts :]
        if not new and self.rows.draft is None:
            return  # what the clock brings is the running plan's own affair
        for fact in new:
            self.held |= dict.fromkeys(clock_facts.clock_keys(fact.row), fact.row)
        if self.rows.draft is not None and not self._draft(self.rows.draft, today):
            return
        orders = self.rows.orders[self.rows.known_facts :]
        for fact, order in zip(new, orders, strict=True):
            if not self._add(fact, (1, order), today):
                return
        self._pass_time(today, (2, self.rows.order))

    def _pass_over_known(self) -> None:
        """What the rows imported before leave behind."""
        for fact in self.rows.facts[: self.rows.known_facts]:
            self._remember(fact)

    def _remember(self, fact: Fact) -> None:
        if fact.kind in ("draft_revised", "plan_changed"):
            self.revision = fact.get("revision")
        if fact.kind != "entry_corrected":
            self.last_on = max(self.last_on, fact.get("on"))
        self.last_known = max(self.last_known, _known_on(fact.row))

    def _draft(self, name: RowName, today: date) -> bool:
        row = self.rows.filing[1]
        on, known_on = (
            row.values["drafted_on"],
            row.values.get("known_on", row.values["drafted_on"]),
        )
        if not self._is_past(row, max(on, known_on), today, "drafted_on"):
            return False
        command = c.Draft(on=on, content=self.rows.contents[1])
        events = self._judged(name, row, iter([Asked(command)]), known_on)
        if events is None:
            return False
        order = (0, self.rows.order)
        self.entries.append(Entry(name.command_id, order, known_on, tuple(events)))
        self.last_on, self.last_known = on, known_on
        return True

    def _is_past(self, row: Row, day: date, today: date, column: str) -> bool:
        if day > today:
            self.faults.add(row.place, column, "in_future", day=day, today=today)
        return day <= today

    def _add(self, fact: Fact, order: tuple[int, int], today: date) -> bool:
        """One row; False when it cannot be, and the rows after it make no sense."""
        known_on = _known_on(fact.row)
        if not self._is_past(fact.row, max(fact.get("on"), known_on), today, "on"):
            return False
        self._pass_time(known_on, order)
        if self.plan is None:
            return False
        if fact.get("on") < self.last_on and fact.kind != "entry_corrected":
            self._flag(fact.name, fact.row, "day_backwards", {"after": self.last_on.isoformat()})
        if fact.kind in CLOCKED:
            for key in clock_facts.clock_keys(fact.row):
                self.held.pop(key, None)
            events = self._stated(fact, clock_facts.by_clock(fact, self.plan))
        else:
            asked = facts.asked(fact, self.plan, self.revision, self.reference)
            judged = self._judged(fact.name, fact.row, asked, known_on)
            if judged is None:
                return False
            events = judged
        if events:
            entry = Entry(fact.name.command_id, order, known_on, tuple(events))
            self.entries.append(entry)
        self._remember(fact)
        return True

    def _judged(
        self, name: RowName, row: Row, asked: Iterator[Asked], known_on: date
    ) -> list[e.PlanEvent] | None:
        """The events of a row's commands, with the plan moved on; None for what cannot be."""
        context = Context(known_on, self.reference)
        events: list[e.PlanEvent] = []
        try:
            for each in asked:
                for problem in problems(self.plan, each.command, context):
                    if problem.code in IMPOSSIBLE:
                        raise problem
                    self._flag(name, row, problem.code, problem.facts)
                for event in consequences(self.plan, each.command, context):
                    amended = each.amend(event)
                    events.append(amended)
                    self.plan = evolve(self.plan, amended, name.command_id)
        except BadCell as bad:
            found = dict(bad.facts)
            self.faults.add(row.place, str(found.pop("column", "")), bad.code, **found)
        except Refusal as refusal:
            self.faults.add(row.place, "", refusal.code, **refusal.facts)
        except ValidationError as error:
            first = error.errors()[0]
            column = ".".join(map(str, first["loc"]))
            self.faults.add(row.place, "", "not_valid", detail=f"{column}: {first['msg']}")
        else:
            return events
        return None

    def _stated(self, fact: Fact, events: list[e.PlanEvent]) -> list[e.PlanEvent]:
        """What a row says of itself that the clock else brings; said twice, it counts once."""
        assert self.plan is not None
        context = Context(_known_on(fact.row), self.reference)
        for event in events:
            if self._has_come(event):
                if self._came_on(event) == event.on:
                    continue
                self._flag(fact.name, fact.row, "has_come", {"fact": event.type})
            elif clock_facts.clock_key(event) not in {
                clock_facts.clock_key(due) for due in life.by_clock(self.plan, context)
            }:
                self._flag(fact.name, fact.row, "not_by_clock", {"fact": event.type})
        fresh = [event for event in events if not self._has_come(event)]
        for event in fresh:
            self.plan = evolve(self.plan, event, fact.name.command_id)
        return fresh

    def _has_come(self, event: e.PlanEvent) -> bool:
        """Does the plan know already what an event of the clock tells?"""
        plan = self.plan
        assert plan is not None
        match event:
            case e.PlanStarted():
                return plan.started_on is not None
            case e.StartDatePassed():
                return plan.start_passed_on is not None
            case e.ReportsOpened():
                return event.year in plan.reports_opened
            case e.ReportOverdue():
                return plan.report(event.year, event.artefact).is_overdue
            case _:
                return plan.expired_on is not None

    def _came_on(self, event: e.PlanEvent) -> date | None:
        """The day on which the clock brought an event of the same kind."""
        key = clock_facts.clock_key(event)
        came = (each for entry in self.entries for each in entry.events)
        return next((each.on for each in came if clock_facts.clock_key(each) == key), None)

    def _pass_time(self, day: date, order: tuple[int, int]) -> None:
        """What the clock brings up to a day, each known from its own day on."""
        context = Context(day, self.reference)
        while self.plan is not None:
            due = [event for event in life.by_clock(self.plan, context) if not self._is_held(event)]
            if not due:
                return
            first = min(due, key=lambda event: event.on)
            name = clock_id(self.rows.plan, self.plan.version)
            known_on = max(first.on, self.last_known)
            self.entries.append(Entry(name, order, known_on, (first,), is_clock=True))
            self.plan = evolve(self.plan, first, name)

    def _is_held(self, event: e.PlanEvent) -> bool:
        row = self.held.get(clock_facts.clock_key(event))
        return row is not None and not clock_facts.agrees(row, event)

    def _flag(self, name: RowName, row: Row, code: str, about: dict[str, Any]) -> None:
        on = row.values.get("on") or row.values["drafted_on"]
        self.flags.append(Flag(name, row.place, on, code, dict(about)))


def _known_on(row: Row) -> date:
    known_on: date = row.values.get("known_on", row.values.get("on"))
    return known_on
