"""Commands through the door: what two people, a double click and a stale form bring about."""

import asyncio

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy

from domain.plan import commands as c
from domain.plan.progress import phase
from domain.plan.state import Phase
from domain.refusals import Refusal
from infrastructure.clock import new_id
from tests.domain.build import CONTENT, FORUM_YES, REASON, SUBMIT
from tests.workflow.conftest import World
from workflows.door import send
from workflows.plan import PlanWorkflow, plan_workflow_id

DRAFT = c.Draft(content=CONTENT)


async def test_a_draft_is_answered_with_its_event_and_is_in_the_log(world: World) -> None:
    answer = await world.send(DRAFT)

    assert [event.type for event in answer.events] == ["plan_drafted"]
    assert (await world.recorded()).content == CONTENT


async def test_a_reminder_is_promised_in_the_same_commit_as_the_draft(world: World) -> None:
    await world.send(DRAFT)

    ledger = await world.ledger()
    positions = await world.pool.fetch("select distinct recorded_at from event where version = 1")
    assert [notice.kind for notice in ledger.planned()] == ["draft_idle", "draft_idle"]
    assert len({row["recorded_at"] for row in positions}) == len(positions)


async def test_the_same_command_twice_is_recorded_once_and_answered_the_same(world: World) -> None:
    command_id = new_id()
    first = await world.send(DRAFT, command_id=command_id)
    second = await world.send(DRAFT, command_id=command_id)

    assert second.events == first.events
    assert (await world.recorded()).version == 1


async def test_a_repeated_command_is_answered_from_the_log_when_the_engine_forgot_it(
    world: World,
) -> None:
    envelope = c.Envelope(command_id=new_id(), body=DRAFT)
    first = await send(world.client, world.task_queue, world.start, envelope)
    again = await world.handle.execute_update(
        PlanWorkflow.command, envelope, id="another update, the same command"
    )

    assert (again.events, again.version, again.is_repeated) == (first.events, 1, True)


async def test_of_two_who_decide_on_the_same_version_one_wins_and_one_is_told(world: World) -> None:
    await world.send(DRAFT)
    revise = c.Revise(content=CONTENT.model_copy(update={"title": "Ny titel"}))
    withdraw = c.Withdraw(reason=REASON)

    outcomes = await asyncio.gather(
        world.send(revise, version=1), world.send(withdraw, version=1), return_exceptions=True
    )

    refusals = [each for each in outcomes if isinstance(each, Refusal)]
    assert [(each.code, each.facts["actual"]) for each in refusals] == [("stale", 2)]
    assert (await world.recorded()).version == 2


async def test_a_stale_command_is_refused_and_leaves_no_trace_in_the_history(world: World) -> None:
    await world.send(DRAFT)
    await world.send(c.AddRemark(remark=REASON))
    before = (await world.handle.describe()).history_length

    with pytest.raises(Refusal, match="stale"):
        await world.send(c.Withdraw(reason=REASON), version=1)

    assert (await world.handle.describe()).history_length == before


async def test_an_illegal_command_is_refused_with_code_and_facts(world: World) -> None:
    await world.send(DRAFT)

    with pytest.raises(Refusal) as caught:
        await world.send(c.SendToLbf(document_number="2013-1"))

    assert (caught.value.code, caught.value.facts["phase"]) == ("not_approved_by_council", "draft")


async def test_nobody_but_the_clock_passes_time(world: World) -> None:
    await world.send(DRAFT)

    with pytest.raises(Refusal, match="only_the_clock"):
        await world.send(c.PassTime())


async def test_a_command_to_a_plan_that_is_not_there_is_refused_and_leaves_no_run(
    world: World,
) -> None:
    with pytest.raises(Refusal, match="no_such_plan"):
        await world.send(c.AddRemark(remark=REASON))

    await world.handle.result()


async def test_a_plan_that_ended_can_still_be_spoken_to(world: World) -> None:
    await world.send(DRAFT)
    await world.send(c.Withdraw(reason=REASON))
    await world.handle.result()

    answer = await world.send(c.AddRemark(remark=REASON))

    assert answer.version == 3


async def test_a_run_that_was_lost_goes_on_from_the_log(world: World) -> None:
    await world.send(DRAFT)
    await world.handle.terminate("lost")

    await world.send(SUBMIT.model_copy(update={"on": None}))

    assert phase(await world.recorded()) is Phase.FORUM


async def test_a_decision_of_the_future_is_refused(world: World) -> None:
    await world.send(DRAFT)
    await world.send(SUBMIT.model_copy(update={"on": None}))

    with pytest.raises(Refusal, match="meeting_in_future"):
        await world.send(FORUM_YES)


async def test_something_that_is_no_command_is_refused_and_the_plan_goes_on(world: World) -> None:
    await world.send(DRAFT)

    with pytest.raises(WorkflowUpdateFailedError):
        await world.handle.execute_update("command", {"body": {"type": "nonsense"}})

    assert (await world.send(c.AddRemark(remark=REASON))).version == 2


async def test_a_text_that_postgres_cannot_store_is_a_refusal_and_the_plan_goes_on(
    world: World,
) -> None:
    await world.send(DRAFT)
    spoilt = c.Revise(content=CONTENT.model_copy(update={"title": "Ny\x00titel"}))

    with pytest.raises((Refusal, WorkflowUpdateFailedError)):
        await world.send(spoilt)

    assert (await world.send(c.AddRemark(remark=REASON))).version == 2


async def test_an_update_can_begin_a_plan_without_our_door(world: World) -> None:
    """As somebody with Temporal's own tools would."""
    begin = WithStartWorkflowOperation(
        PlanWorkflow.run,
        world.start,
        id=plan_workflow_id(world.plan),
        task_queue=world.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    envelope = {"command_id": str(new_id()), "body": DRAFT.model_dump(mode="json")}
    await world.client.execute_update_with_start_workflow(
        "command", envelope, start_workflow_operation=begin
    )

    last = await world.pool.fetchval("select actor from event order by position desc limit 1")
    assert last == "operator"
