"""Signalled commands: fire and forget, never lost, and a refusal is kept for the sender."""

import asyncio

from domain.plan import commands as c
from infrastructure.clock import new_id
from tests.domain.build import CONTENT, REASON
from tests.workflow.conftest import World
from workflows.plan import PlanStart, PlanWorkflow, plan_workflow_id

DRAFT = c.Draft(content=CONTENT)


def remark() -> c.Envelope:
    return c.Envelope(command_id=new_id(), actor="p-0001", body=c.AddRemark(remark=REASON))


async def until_version(world: World, version: int) -> None:
    """Wait for a fact in the log, within the test's own time limit."""
    while (await world.recorded()).version < version:
        await asyncio.sleep(0.02)


async def test_a_signalled_command_is_recorded(world: World) -> None:
    await world.send(DRAFT)
    await world.handle.signal("command", remark())

    await until_version(world, 2)


async def test_the_same_signal_twice_is_recorded_once(world: World) -> None:
    await world.send(DRAFT)
    twice = remark()
    await world.handle.signal("command", twice)
    await world.handle.signal("command", twice)
    await world.handle.signal("command", remark())

    await until_version(world, 3)
    assert len((await world.recorded()).commands) == 3


async def test_a_refused_signal_is_kept_for_its_sender_and_changes_nothing(world: World) -> None:
    await world.send(DRAFT)
    refused = c.Envelope(
        command_id=new_id(), actor="p-0001", body=c.SendToLbf(document_number="2013-1")
    )
    await world.handle.signal("command", refused)
    await world.handle.signal("command", remark())
    await until_version(world, 2)

    row = await world.pool.fetchrow("select * from refusal")
    assert row is not None
    assert (row["command_id"], row["code"]) == (refused.command_id, "not_approved_by_council")


async def test_no_signal_is_lost_when_runs_follow_each_other(world: World) -> None:
    """Far more signals than one run takes: each run carries its queue over (field.md 15)."""
    await world.send(DRAFT)
    first_run = (await world.handle.describe()).run_id
    sent = 0
    while (await world.handle.describe()).run_id == first_run:
        await asyncio.gather(*(world.handle.signal("command", remark()) for _ in range(50)))
        sent += 50
        await until_version(world, sent - 100)

    await until_version(world, 1 + sent)
    assert sent > 100


async def test_a_new_run_takes_what_the_one_before_had_not_come_to(world: World) -> None:
    await world.send(DRAFT)
    await world.handle.terminate("the next run begins with a queue")
    start = world.start.model_copy(update={"carried": (remark(), remark())})
    await world.client.start_workflow(
        PlanWorkflow.run,
        PlanStart.model_validate(start),
        id=plan_workflow_id(world.plan),
        task_queue=world.task_queue,
    )

    await until_version(world, 3)
