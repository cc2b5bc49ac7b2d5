"""Answers: what lies with whom, which reminders were promised, and what was refused?"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from domain.plan.state import Plan
from domain.reference import Reference
from domain.tasks import Task, by_gravity, tasks
from infrastructure.codec import PLAN
from infrastructure.plans import plan_id_of, plan_stream

PLAN_IDS = "select stream from state_row where kind = 'plan' order by stream"
WITH_TASKS = """
    select stream, body from state_row
    where kind = 'plan' and stream in (
        select stream from task where $1::text[] is null or party = any ($1))
    order by stream
"""
NOTICES = """
    select stream, notice, deadline, kind, send_on, status, detail::text as detail
    from notice
    where ($1::text is null or stream = $1) and ($2::text is null or status = $2)
    order by send_on, stream, notice
"""
REFUSALS = """
    select stream, command_id, actor, code, facts::text as facts, at from refusal
    where $1::text is null or stream = $1 order by at desc limit $2
"""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task with the plan that it comes from."""

    plan: str
    title: str
    task: Task


async def plan_ids(pool: asyncpg.Pool) -> list[str]:
    """Every plan's id."""
    return [plan_id_of(row["stream"]) for row in await pool.fetch(PLAN_IDS)]


async def open_tasks(
    pool: asyncpg.Pool,
    reference: Reference,
    today: date,
    parties: Collection[str] | None = None,
) -> list[OpenTask]:
    """What the parties (or all) have to do, as of a day, the gravest first."""
    wanted = sorted(parties) if parties is not None else None
    found: list[OpenTask] = []
    for row in await pool.fetch(WITH_TASKS, wanted):
        plan: Plan = PLAN.validate_json(row["body"])
        found += [
            OpenTask(plan_id_of(row["stream"]), plan.content.title, task)
            for task in tasks(plan, reference, today)
            if parties is None or task.party in parties
        ]
    return sorted(found, key=lambda each: (*by_gravity(each.task, today), each.plan))


async def notices(
    pool: asyncpg.Pool, plan: str | None = None, status: str | None = None
) -> list[dict[str, Any]]:
    """Promised reminders and what became of them, by the day that they go out."""
    stream = plan_stream(plan) if plan else None
    return [_notice(row) for row in await pool.fetch(NOTICES, stream, status)]


def _notice(row: Any) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(row["detail"])
    return {
        "plan": plan_id_of(row["stream"]),
        "notice": row["notice"],
        "deadline": row["deadline"],
        "kind": row["kind"],
        "send_on": row["send_on"].isoformat(),
        "status": row["status"],
    } | detail


async def refusals(
    pool: asyncpg.Pool, plan: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Signalled commands that were refused, the latest first."""
    stream = plan_stream(plan) if plan else None
    return [
        {
            "plan": plan_id_of(row["stream"]),
            "command_id": str(row["command_id"]),
            "actor": row["actor"],
            "code": row["code"],
            "facts": json.loads(row["facts"]),
            "at": row["at"].isoformat(),
        }
        for row in await pool.fetch(REFUSALS, stream, limit)
    ]
