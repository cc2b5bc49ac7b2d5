"""A run that is missing is started from the log, without anybody asking."""

import asyncio

from temporalio.client import WorkflowExecutionStatus

from domain.plan import commands as c
from infrastructure.clock import new_id
from tests.domain.build import CONTENT, REASON
from tests.workflow.conftest import World
from workflows.housekeeping import HousekeepingWorkflow

DRAFT = c.Draft(content=CONTENT)


async def test_a_plan_whose_run_was_lost_gets_a_new_one(world: World) -> None:
    await world.send(DRAFT)
    await world.handle.terminate("lost")

    house = await world.client.start_workflow(
        HousekeepingWorkflow.run, id=f"house-{new_id()}", task_queue=world.task_queue
    )

    while (await world.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
        await asyncio.sleep(0.05)
    await house.terminate("seen")


async def test_runs_are_told_when_reference_data_changed(world: World) -> None:
    await world.send(DRAFT)
    before = (await world.handle.describe()).history_length
    house = await world.client.start_workflow(
        HousekeepingWorkflow.run, id=f"house-{new_id()}", task_queue=world.task_queue
    )

    while (await world.handle.describe()).history_length == before:
        await asyncio.sleep(0.05)
    await house.terminate("seen")
    assert (await world.send(c.AddRemark(remark=REASON))).version == 2
