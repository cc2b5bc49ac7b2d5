"""Answers: which plans of other kinds were there on a day, by what was known on another?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from domain.other_plan import OtherPlan
from infrastructure.register_states import states
from infrastructure.registers import OTHER_PLANS


@dataclass(frozen=True, slots=True)
class ListedOther:
    """One plan of another kind as it was on the day."""

    id: str
    plan: OtherPlan
    runs: bool
    """Its period holds the day."""

    def as_json(self) -> dict[str, Any]:
        content = self.plan.content
        return {
            "other_plan": self.id,
            **content.model_dump(mode="json"),
            "runs": self.runs,
            "is_ended": self.plan.is_ended,
            "entries": [
                {
                    "entry": number,
                    "on": entry.on.isoformat(),
                    "last_day": entry.last_day.isoformat() if entry.last_day else None,
                    "corrections": entry.corrections,
                }
                for number, entry in enumerate(self.plan.entries, 1)
            ],
        }


async def other_plans(
    pool: asyncpg.Pool,
    today: date,
    *,
    day: date | None = None,
    known_at: date | None = None,
    area: str | None = None,
) -> list[ListedOther]:
    """Those registered by `day` (today), as known on `known_at` (today), by start and id."""
    day, known_at = day or today, min(known_at or today, today)
    found = []
    for name, known in (await states(pool, OTHER_PLANS, known_at)).items():
        plan = known.as_of(day)
        if plan is None or area not in (None, plan.content.area):
            continue
        content = plan.content
        runs = content.start <= day and (content.end is None or day <= content.end)
        found.append(ListedOther(name, plan, runs))
    return sorted(found, key=lambda each: (each.plan.content.start, each.id))
