"""Answers: does every open plan have exactly one run? Starts the runs that are missing."""

import asyncio
from collections.abc import Iterable

from temporalio.client import Client

from workflows.door import start_run
from workflows.plan import PlanStart

AT_ONCE = 16
"""Starts under way at the same time."""


async def drive(
    client: Client,
    task_queue: str,
    plans: Iterable[str],
    *,
    offset_seconds: int,
    is_virtual: bool,
) -> int:
    """See to a run for each plan; a plan that has one keeps it. Answers how many were asked for.

    So imports begin in mid-life, and so a lost Temporal database is driven again from the log.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(plan: str) -> None:
        start = PlanStart(plan=plan, offset_seconds=offset_seconds, is_virtual=is_virtual)
        async with gate:
            await start_run(client, task_queue, start)

    starts = [one(plan) for plan in plans]
    await asyncio.gather(*starts)
    return len(starts)
