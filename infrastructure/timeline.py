"""Answers: which helhedsplaner and other plans lie side by side in an area [F12 F14]?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from domain.reference import Reference
from infrastructure.other_plans import other_plans
from infrastructure.portfolio import portfolio

PLAN = "plan"
"""The kind of a helhedsplan; the others have their own."""


@dataclass(frozen=True, slots=True)
class Span:
    """One plan of any kind, from its first day to its last."""

    kind: str
    id: str
    title: str
    start: date
    end: date | None
    """None: until further notice."""
    state: str
    """A helhedsplan's phase; `ahead`, `running` or `over` for the others."""
    runs: bool
    source: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "start": self.start.isoformat(),
            "end": self.end.isoformat() if self.end else None,
            "state": self.state,
            "runs": self.runs,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """What an area has on a day, as known on another, in the order of the first days."""

    area: str
    as_of: date
    known_at: date
    forecast: bool
    spans: tuple[Span, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "forecast": self.forecast,
            "entries": [span.as_json() for span in self.spans],
        }


async def timeline(
    pool: asyncpg.Pool,
    reference: Reference,
    area: str,
    today: date,
    *,
    day: date | None = None,
    known_at: date | None = None,
) -> Timeline:
    """All plans of every kind that were known for the area."""
    plans = await portfolio(pool, reference, today, day=day, known_at=known_at)
    spans = [
        Span(PLAN, each.plan, each.title, each.start, each.end, each.state, each.runs)
        for each in plans.plans
        if each.area == area
    ]
    for other in await other_plans(pool, today, day=day, known_at=known_at, area=area):
        content = other.plan.content
        state = "running" if other.runs else "ahead" if plans.as_of < content.start else "over"
        spans.append(
            Span(
                content.kind,
                other.id,
                content.title,
                content.start,
                content.end,
                state,
                other.runs,
                content.source,
            )
        )
    ordered = tuple(sorted(spans, key=lambda span: (span.start, span.kind != PLAN, span.id)))
    return Timeline(area, plans.as_of, plans.known_at, plans.forecast, ordered)
