"""What the driver or the store throws, and what becomes of it at the plan's door."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import RecordActivities
from domain.plan import commands as c
from domain.refusals import Refusal
from infrastructure.clock import new_id, utc_now
from infrastructure.event_store.errors import LOST, BadData, StoreUnavailable
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Group, Outcome, Recorded
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans
from infrastructure.refusals import Refusals
from infrastructure.temporal import workflow_runner
from tests.conftest import Database
from tests.domain.build import CONTENT, REASON
from tests.event_store.given import one
from tests.workflow.conftest import DAY, World, publish_reference
from workflows.plan import PlanWorkflow

DRAFT = c.Draft(content=CONTENT)
REMARK = c.AddRemark(remark=REASON)
SAID = (*LOST, asyncpg.AdminShutdownError, asyncpg.CannotConnectNowError)


class Away:
    """A pool or a prepared call whose server has just gone."""

    def __init__(self, said: type[BaseException]) -> None:
        self.said = said

    async def fetch(self, *_asked: Any) -> Any:
        raise self.said("gone")

    fetchrow = fetch


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.__name__)
async def test_what_a_driver_says_of_a_lost_server_is_try_later_for_readers(
    said: type[BaseException],
) -> None:
    with pytest.raises(StoreUnavailable):
        await Reader(Away(said)).stream("plan/a")


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.__name__)
async def test_a_writer_forgets_a_lost_connection_and_goes_on_with_a_new_one(
    database: Database, said: type[BaseException]
) -> None:
    asked = one("plan/a", 0)
    async with Writer.open(database.app_dsn) as writer:
        writer._lanes[0]._call = Away(said)
        with pytest.raises(StoreUnavailable):
            await writer.append(asked)

        assert isinstance(await writer.append(asked), Recorded)


async def test_a_driver_that_stumbles_over_a_closed_connection_does_not_blame_the_data(
    database: Database,
) -> None:
    asked = one("plan/a", 0)
    async with Writer.open(database.app_dsn) as writer:

        class Stumbles:
            async def fetchrow(self, *_asked: Any) -> Any:
                assert writer._lanes[0]._connection is not None
                writer._lanes[0]._connection.terminate()
                raise AttributeError("'NoneType' object has no attribute 'send'")

        writer._lanes[0]._call = Stumbles()
        with pytest.raises(StoreUnavailable):
            await writer.append(asked)

        assert isinstance(await writer.append(asked), Recorded)


class PickyWriter(Writer):
    """A store that takes no remarks."""

    async def append(self, group: Group) -> Outcome:
        if any(e.type == "remark_added" for a in group.appends for e in a.events):
            raise BadData("no remarks here")
        return await super().append(group)


@pytest.fixture
async def picky(database: Database, temporal: Client, task_queue: str) -> AsyncIterator[World]:
    offset = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) - utc_now()
    async with (
        PickyWriter.open(database.app_dsn) as writer,
        asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as pool,
    ):
        await publish_reference(writer)
        plans = Plans(Reader(pool))
        record = RecordActivities(plans=plans, writer=writer, refusals=Refusals(pool))
        async with Worker(
            temporal,
            task_queue=task_queue,
            workflows=[PlanWorkflow],
            activities=[record.load, record.record, record.record_refusal],
            workflow_runner=workflow_runner(),
        ):
            yield World(temporal, task_queue, plans, pool, offset, f"plan-{new_id().hex[:8]}")


async def test_data_that_the_store_refuses_is_a_refusal_and_is_not_tried_again(
    picky: World,
) -> None:
    await picky.send(DRAFT)

    with pytest.raises(Refusal) as caught:
        await picky.send(REMARK)

    assert caught.value.code == "bad_data"
    assert (await picky.send(c.Withdraw(reason=REASON))).version == 2


async def test_a_signal_with_data_that_the_store_refuses_does_not_end_the_plans_run(
    picky: World,
) -> None:
    await picky.send(DRAFT)
    envelope = c.Envelope(command_id=new_id(), actor="p-0001", body=REMARK)
    await picky.handle.signal("command", envelope)
    while (code := await picky.pool.fetchval("select code from refusal")) is None:
        await asyncio.sleep(0.02)

    assert code == "bad_data"
    assert (await picky.send(c.Withdraw(reason=REASON))).version == 2
