"""Answers: how does a year's evaluation stand, beside the one of the year before?"""

from datetime import date
from typing import Any

import asyncpg

from domain.evaluation import AskedForum, Evaluation, EvaluationPart, change
from domain.reference import Reference
from infrastructure.portfolio import plans_on
from infrastructure.register_states import states
from infrastructure.registers import EVALUATIONS


async def asked_fora(
    pool: asyncpg.Pool, reference: Reference, year: int, today: date
) -> tuple[AskedForum, ...]:
    """Every forum, with the plans of its areas that ran on some day of the year until today."""
    until = min(date(year, 12, 31), today)
    plans = await plans_on(pool, reference, until, today)
    fora: dict[str, list[str]] = {area.forum: [] for area in reference.areas if area.forum}
    for plan_id, plan in plans.items():
        area = reference.area_by_id.get(plan.content.area)
        ended = plan.ended_on or plan.content.period.end
        ran = plan.started_on is not None and plan.started_on <= until
        if area is not None and area.forum and ran and ended >= date(year, 1, 1):
            fora[area.forum].append(plan_id)
    return tuple(AskedForum(forum=forum, plans=tuple(ids)) for forum, ids in fora.items())


async def evaluation_of(
    pool: asyncpg.Pool, year: int, today: date, known_at: date | None = None
) -> tuple[Evaluation | None, Evaluation | None]:
    """A year's evaluation and the one before, as known on a day (today)."""
    found = await states(pool, EVALUATIONS, min(known_at or today, today))
    return found.get(str(year)), found.get(str(year - 1))


def told(found: Evaluation, before: Evaluation | None, today: date) -> dict[str, Any]:
    """Everything about an evaluation, ready for people and programs."""
    parts = [_part(found, part, before, today) for part in found.parts]
    return {
        "year": found.year,
        "opened_on": found.opened_on.isoformat(),
        "due_on": found.due_on.isoformat(),
        "concluded_on": found.concluded_on.isoformat() if found.concluded_on else None,
        "reminder_days": [day.isoformat() for day in found.reminder_days()],
        "answered": sum(part["standing"] == "answered" for part in parts),
        "overdue": [f"{p['forum']}/{p['side']}" for p in parts if p["standing"] == "overdue"],
        "parts": parts,
    }


def _part(
    found: Evaluation, part: EvaluationPart, before: Evaluation | None, today: date
) -> dict[str, Any]:
    then = before.part(part.asked) if before else None
    owed = found.owed_reminder(part, today)
    ahead = [day for day in found.reminder_days() if day > today]
    is_open = part.answered_on is None and found.concluded_on is None
    return {
        "forum": part.forum,
        "side": part.side,
        "plans": list(part.plans),
        "standing": found.standing(part, today),
        "days_late": max((today - found.due_on).days, 0) if is_open else 0,
        "reminded_on": [day.isoformat() for day in part.reminded_on],
        "reminder_owed_since": owed.isoformat() if owed else None,
        "next_reminder": ahead[0].isoformat() if is_open and ahead else None,
        "answered_on": part.answered_on.isoformat() if part.answered_on else None,
        "assessment": part.assessment,
        "last_year": then.assessment if then else None,
        "change": change(part, then),
        "plans_new": sorted(set(part.plans) - set(then.plans)) if then else [],
        "plans_gone": sorted(set(then.plans) - set(part.plans)) if then else [],
        "document_number": part.document_number,
        "statement": str(part.statement.id) if part.statement else None,
        "corrections": part.corrections,
    }
