"""The shared fixtures themselves: a database per test, and a Temporal that can skip time."""

from datetime import timedelta

import asyncpg
from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from infrastructure.temporal import workflow_runner
from tests.conftest import Database


@workflow.defn
class WaitsAYear:
    """Waits for the time that a helhedsplan waits for its yearly report."""

    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(timedelta(days=365))
        return "a year has passed"


async def test_the_application_role_may_connect_and_may_not_create(
    empty_database: Database,
) -> None:
    connection = await asyncpg.connect(empty_database.app_dsn)
    try:
        assert not await connection.fetchval("select has_schema_privilege('public', 'create')")
    finally:
        await connection.close()


async def test_a_workflow_that_waits_a_year_is_fast_forwarded(
    skipper: TimeSkipper, task_queue: str
) -> None:
    client: Client = skipper.client
    async with Worker(
        client,
        task_queue=task_queue,
        workflows=[WaitsAYear],
        workflow_runner=workflow_runner(),
        graceful_shutdown_timeout=timedelta(0),
    ):
        handle = await client.start_workflow(WaitsAYear.run, id=task_queue, task_queue=task_queue)
        await skipper.fast_forward(handle, timedelta(days=366))

        assert await handle.result() == "a year has passed"
