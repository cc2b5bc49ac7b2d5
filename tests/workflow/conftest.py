"""A small city, a worker and one plan's door, on a real Temporal server and a real Postgres."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from temporalio.client import Client, WorkflowHandle

from activities.messages import Answer
from domain.calendar import local_day
from domain.notices import Ledger
from domain.plan import commands as c
from domain.plan.state import Plan
from domain.reference import KINDS, Ladder, ReferencePublished, Role, Rung
from infrastructure.clock import new_id, utc_now
from infrastructure.codec import encode
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Append, Group
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans
from tests.conftest import Database
from tests.domain.city import REFERENCE
from worker import running_worker
from workflows.door import send
from workflows.plan import PlanStart, PlanWorkflow, plan_workflow_id

DAY = date(2013, 1, 7)
LADDERS = (
    Ladder(
        kind="draft_idle",
        rungs=(Rung(days=0, to=(Role.CASE_OFFICER,)), Rung(days=30, to=(Role.CASE_OFFICER,))),
    ),
    Ladder(kind="forum_review", rungs=(Rung(days=0, to=(Role.SECRETARY,)),)),
)


@dataclass
class World:
    """What a test does and sees."""

    client: Client
    task_queue: str
    plans: Plans
    pool: asyncpg.Pool
    offset: timedelta
    plan: str

    @property
    def start(self) -> PlanStart:
        seconds = int(self.offset.total_seconds())
        return PlanStart(plan=self.plan, offset_seconds=seconds, is_virtual=True)

    @property
    def handle(self) -> WorkflowHandle[PlanWorkflow, None]:
        return self.client.get_workflow_handle_for(PlanWorkflow.run, plan_workflow_id(self.plan))

    async def send(
        self, body: c.PlanCommand, version: int | None = None, command_id: UUID | None = None
    ) -> Answer:
        envelope = c.Envelope(
            command_id=command_id or new_id(), actor="p-0001", expected_version=version, body=body
        )
        return await send(self.client, self.task_queue, self.start, envelope)

    async def recorded(self) -> Plan:
        plan = await self.plans.load(self.plan)
        assert plan is not None
        return plan

    async def ledger(self) -> Ledger:
        return await self.plans.ledger(self.plan)

    def today(self) -> date:
        return local_day(utc_now() + self.offset)


async def publish_reference(writer: Writer) -> None:
    """The small city's reference data, as an installation has it."""
    city = REFERENCE.but(ladders=LADDERS)
    fields = city.model_dump(mode="json")
    for kind in KINDS:
        event = ReferencePublished(on=date(2012, 1, 1), kind=kind, content=fields[kind])
        append = Append(f"reference/{kind}", 0, (encode(event),))
        await writer.append(Group(new_id(), "operator", (append,)))


@pytest.fixture
async def world(database: Database, temporal: Client, task_queue: str) -> AsyncIterator[World]:
    offset = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) - utc_now()
    async with Writer.open(database.app_dsn) as writer:
        await publish_reference(writer)
    async with (
        asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as pool,
        running_worker(temporal, database.app_dsn, task_queue),
    ):
        yield World(
            temporal, task_queue, Plans(Reader(pool)), pool, offset, f"plan-{new_id().hex[:8]}"
        )
