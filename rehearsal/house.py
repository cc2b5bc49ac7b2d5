"""A private installation for one rehearsal: own Postgres, own Temporal, no way for mail to leave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import RecordActivities
from infrastructure import installation
from infrastructure.embedded.postgres import APP, OWNER, SUPERUSER
from infrastructure.embedded.stack import EmbeddedStack, temporary_stack
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans
from infrastructure.refusals import Refusals
from infrastructure.temporal import workflow_runner
from workflows.plan import PlanWorkflow

TASK_QUEUE = "rehearsal"
WINGS = "wings"


@dataclass(frozen=True, slots=True)
class House:
    """Where a rehearsal plays. The worker runs in this process and shares `plans` with it."""

    client: Client
    pool: asyncpg.Pool
    writer: Writer
    plans: Plans
    task_queue: str = TASK_QUEUE


@asynccontextmanager
async def private_house() -> AsyncIterator[tuple[House, EmbeddedStack]]:
    """Everything on a temporary folder, gone when the block ends."""
    async with temporary_stack() as stack:
        await migrate(stack.info.database_owner_url)
        owner = await asyncpg.connect(stack.info.database_owner_url)
        try:
            await installation.create(owner, "rehearsal", 0)
        finally:
            await owner.close()
        client = await stack.temporal.connect()
        async with house(client, stack.info.database_url, TASK_QUEUE) as opened:
            yield opened, stack


async def _as_it_was(_connection: asyncpg.Connection) -> None:
    """Nothing here leaves a session changed, and the usual reset is a round trip."""


@asynccontextmanager
async def house(client: Client, database_url: str, task_queue: str) -> AsyncIterator[House]:
    """The production workflow and activities on a migrated database; nobody is woken for mail."""
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=8, reset=_as_it_was) as pool,
        Writer.open(database_url, connections=2) as writer,
    ):
        plans = Plans(Reader(pool))
        record = RecordActivities(plans=plans, writer=writer, refusals=Refusals(pool))
        worker = Worker(
            client,
            task_queue=task_queue,
            workflows=[PlanWorkflow],
            activities=[record.load, record.record, record.record_refusal],
            workflow_runner=workflow_runner(),
            graceful_shutdown_timeout=timedelta(),
        )
        async with worker:
            yield House(client, pool, writer, plans, task_queue)


@asynccontextmanager
async def wings(stack: EmbeddedStack) -> AsyncIterator[asyncpg.Pool]:
    """A second database, where plans from files wait before they come on."""
    administrator = await asyncpg.connect(stack.postgres.dsn(SUPERUSER, "postgres"))
    try:
        await administrator.execute(f"create database {WINGS} owner {OWNER}")
        await administrator.execute(f"grant connect on database {WINGS} to {APP}")
    finally:
        await administrator.close()
    await migrate(stack.postgres.dsn(OWNER, WINGS))
    async with asyncpg.create_pool(stack.postgres.dsn(APP, WINGS), min_size=1, max_size=4) as pool:
        yield pool
