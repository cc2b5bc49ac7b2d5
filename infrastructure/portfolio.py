"""Answers: which plans were there on a day, by what was known on another?

A day after the last one that is known about is answered from the decisions and periods known, and
says so. Everything is folded from the log; nothing is cut off by its position.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

import asyncpg

from domain.plan.asof import as_of
from domain.plan.content import Source
from domain.plan.context import Context
from domain.plan.evolve import evolve
from domain.plan.life import by_clock
from domain.plan.progress import content_point, council_approved_on, open_steps, phase
from domain.plan.reports import last_day
from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.codec import decode_plan_event
from infrastructure.event_store.records import RecordedEvent
from infrastructure.plans import plan_id_of

KNOWN = """
    select position, stream, version, ordinal, type, data, valid_on, recorded_at, recorded_on,
        witnessed, actor, on_behalf_of, command_id, previous_hash, hash
    from event
    where stream like 'plan/%' and stream not like '%/notices' and recorded_on <= $1
    order by stream, version
"""
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One plan as it was on the day."""

    plan: str
    title: str
    area: str
    state: str
    start: date
    end: date
    council_approved_on: date | None
    funding: str
    """`pool`, or `other` municipal money."""
    case_number: str
    lead: str
    organisations: tuple[str, ...]
    administrator: str | None
    case_officer: str
    waits_on: tuple[str, ...]
    runs: bool
    """Approved by BR, and its period holds the day."""

    def as_json(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The plans of a day, as known on another."""

    as_of: date
    known_at: date
    forecast: bool
    """The day lies after what is known: decisions may still come, so figures are expected ones."""
    plans: tuple[Listed, ...]

    def running(self) -> "Portfolio":
        """The plans that the fact sheets count: approved by BR, start <= day <= end."""
        return self.only(plan.plan for plan in self.plans if plan.runs)

    def in_state(self, *states: str) -> "Portfolio":
        return self.only(plan.plan for plan in self.plans if plan.state in states)

    def only(self, ids: Iterable[str]) -> "Portfolio":
        kept = set(ids)
        plans = tuple(plan for plan in self.plans if plan.plan in kept)
        return Portfolio(self.as_of, self.known_at, self.forecast, plans)

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "forecast": self.forecast,
            "plans": [plan.as_json() for plan in self.plans],
        }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


async def portfolio(
    pool: asyncpg.Pool,
    reference: Reference,
    today: date,
    *,
    day: date | None = None,
    known_at: date | None = None,
) -> Portfolio:
    """All plans drafted by `day` (today), as known on `known_at` (today), by id."""
    day, known_at = day or today, min(known_at or today, today)
    plans = await plans_on(pool, reference, day, known_at)
    found = tuple(listed(plan_id, plan, day) for plan_id, plan in plans.items())
    return Portfolio(day, known_at, day > known_at, found)


async def plans_on(
    pool: asyncpg.Pool, reference: Reference, day: date, known_at: date
) -> dict[str, Plan]:
    """The plans whole, by id in order, as they were on a day by what was known on another."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        recorded = [
            RecordedEvent(*row) async for row in connection.cursor(KNOWN, known_at, prefetch=PAGE)
        ]
    found: dict[str, Plan] = {}
    for stream, events in groupby(recorded, key=lambda event: event.stream):
        plan = as_of(((decode_plan_event(e), e.command_id) for e in events), day)
        if plan is not None:
            found[plan_id_of(stream)] = _expected(plan, day, known_at, reference)
    return dict(sorted(found.items()))


def _expected(plan: Plan, day: date, known_at: date, reference: Reference) -> Plan:
    """Beyond what is known time passes by the dates, as nobody does anything more."""
    if day <= known_at:
        return plan
    context = Context(day, reference)
    while due := list(by_clock(plan, context)):
        plan = evolve(plan, min(due, key=lambda event: event.on))
    return plan


def listed(plan_id: str, plan: Plan, day: date) -> Listed:
    content, point = plan.content, content_point(plan)
    approved_on = council_approved_on(plan)
    return Listed(
        plan=plan_id,
        title=content.title,
        area=content.area,
        state=phase(plan),
        start=content.period.start,
        end=content.period.end,
        council_approved_on=approved_on,
        funding="pool" if content.part(Source.POOL) else "other",
        case_number=content.case_number,
        lead=content.lead,
        organisations=content.organisations,
        administrator=content.administrator,
        case_officer=content.case_officer,
        waits_on=tuple(sorted({s.body for s in open_steps(plan, point)})) if point else (),
        runs=approved_on is not None and content.period.start <= day <= last_day(plan),
    )
