"""Answers: does every open plan have exactly one run? Starts the runs that are missing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.door import start_run
from workflows.plan import PlanStart, PlanWorkflow, plan_workflow_id

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

    async def begin(plan: str) -> None:
        start = PlanStart(plan=plan, offset_seconds=offset_seconds, is_virtual=is_virtual)
        await start_run(client, task_queue, start)

    return await _each(plans, begin)


async def reload(client: Client, plans: Iterable[str]) -> int:
    """Tell the plans' runs that the log or the reference data changed beside them."""

    async def tell(plan: str) -> None:
        handle = client.get_workflow_handle(plan_workflow_id(plan))
        try:
            await handle.signal(PlanWorkflow.reload)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    return await _each(plans, tell)


async def running_plans(client: Client) -> set[str]:
    """The plans that have a run, by the engine's list, which may lag a moment behind."""
    query = 'WorkflowType="PlanWorkflow" AND ExecutionStatus="Running"'
    found = client.list_workflows(query, page_size=1_000)
    return {run.id.removeprefix("plan/") async for run in found}


async def _each(plans: Iterable[str], act: Callable[[str], Awaitable[None]]) -> int:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(plan: str) -> None:
        async with gate:
            await act(plan)

    acts = [one(plan) for plan in plans]
    await asyncio.gather(*acts)
    return len(acts)
