"""Something is away for a while: what waits is done on return, once, and how soon."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import asyncpg
import pytest
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client

from activities.messages import RECORD, Answer
from domain.calendar import NOTICE_TIME, at
from domain.deadlines import deadlines
from domain.notices import Notice, NoticesFellDue, promised
from domain.plan import commands as c
from infrastructure.clock import new_id, utc_now
from infrastructure.codec import decode_ledger_event
from infrastructure.embedded.postgres import OWNER
from infrastructure.plans import notices_stream, plan_stream
from tests.domain.build import DRAFT, REASON, given
from tests.domain.city import REFERENCE
from tests.faults import proof
from tests.faults.lives import NOON
from tests.faults.town import Town, WorkerProcess, kill, revive
from tests.workflow.conftest import LADDERS
from workflows.door import send
from workflows.plan import PlanStart, plan_workflow_id

pytestmark = pytest.mark.xdist_group("faults: recovery")
LOCK = 7215001
REMARK = c.AddRemark(remark=REASON)


def stands_at(moment: datetime) -> PlanStart:
    """A new plan on a clock that shows this moment now."""
    seconds = int((moment - utc_now()).total_seconds())
    return PlanStart(plan=f"plan-{new_id().hex[:8]}", offset_seconds=seconds, is_virtual=True)


async def ask(client: Client, start: PlanStart, body: c.PlanCommand) -> Answer:
    envelope = c.Envelope(command_id=new_id(), actor="p-0001", body=body)
    return await send(client, Town.task_queue, start, envelope, timedelta(seconds=60))


@asynccontextmanager
async def nobody_can_append(town: Town) -> AsyncIterator[asyncpg.Connection]:
    """Appends that are under way wait in Postgres until the block ends."""
    connection = await asyncpg.connect(town.postgres.dsn(OWNER))
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            yield connection
    finally:
        await connection.close()


async def until_an_append_waits(connection: asyncpg.Connection) -> None:
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    while not await connection.fetchval(waiting):
        await asyncio.sleep(0.01)


async def remarks(town: Town, start: PlanStart) -> int:
    events = await proof.whole_log(town.postgres.dsn())
    streams = proof.by_stream(events)[plan_stream(start.plan)]
    return sum(event.type == "remark_added" for event in streams)


async def test_a_worker_killed_in_the_middle_of_a_commit_is_replaced_within_seconds(
    town: Town,
) -> None:
    client, start = await town.client(), stands_at(NOON)
    await ask(client, start, DRAFT)
    async with nobody_can_append(town) as connection:
        answering = asyncio.create_task(ask(client, start, REMARK))
        await until_an_append_waits(connection)
        began = time.monotonic()
        kill(town.worker)
        await revive(town.worker)

    answer = await answering
    seconds = time.monotonic() - began
    print(f"answered {seconds:.1f} s after the kill")
    assert answer.version == 2
    assert await remarks(town, start) == 1
    assert seconds < 9


async def test_another_worker_takes_over_at_once_from_one_that_was_idle(town: Town) -> None:
    client, start = await town.client(), stands_at(NOON)
    await ask(client, start, DRAFT)
    second = WorkerProcess(town.environment(), town.folder / "second.log")
    try:
        await second.start()
        kill(town.worker)
        began = time.monotonic()
        await ask(client, start, REMARK)
        seconds = time.monotonic() - began
    finally:
        await second.stop()
        await revive(town.worker)

    print(f"answered {seconds:.1f} s after the kill")
    assert seconds < 9


async def pending(client: Client, start: PlanStart) -> PendingActivityInfo | None:
    """The ordinary activity that the plan waits for; a local one is not known to the server."""
    description = await client.get_workflow_handle(plan_workflow_id(start.plan)).describe()
    found = description.raw_description.pending_activities
    return found[0] if found else None


async def test_an_answer_comes_also_when_postgres_was_away_longer_than_a_local_activity(
    town: Town,
) -> None:
    client, start = await town.client(), stands_at(NOON)
    await ask(client, start, DRAFT)
    kill(town.postgres)
    began = time.monotonic()
    answering = asyncio.create_task(ask(client, start, REMARK))
    while (ordinary := await pending(client, start)) is None or ordinary.attempt < 5:
        await asyncio.sleep(0.1)
    away = time.monotonic() - began
    await revive(town.postgres)

    answer = await answering
    print(f"away {away:.1f} s, answered {time.monotonic() - began - away:.1f} s after the start")
    assert ordinary.activity_type.name == RECORD
    assert away > 10
    assert answer.version == 2
    assert await remarks(town, start) == 1


def first_notice() -> Notice:
    """What is promised of a plan that has only been drafted."""
    plan, reference = given(DRAFT), REFERENCE.but(ladders=LADDERS)
    assert DRAFT.on is not None
    found = promised(deadlines(plan, reference, DRAFT.on), reference)
    return min(found.values(), key=lambda notice: notice.send_on)


async def fallen_due(town: Town, start: PlanStart) -> list[tuple[str, date]]:
    log = await proof.whole_log(town.postgres.dsn())
    events = [decode_ledger_event(e) for e in log if e.stream == notices_stream(start.plan)]
    return [(n, e.on) for e in events if isinstance(e, NoticesFellDue) for n in e.notices]


async def owed(town: Town, start: PlanStart) -> list[str]:
    connection = await asyncpg.connect(town.postgres.dsn())
    try:
        query = "select notice from outbox where stream = $1"
        return [row["notice"] for row in await connection.fetch(query, plan_stream(start.plan))]
    finally:
        await connection.close()


async def test_a_reminder_that_came_due_while_no_worker_ran_falls_due_once_on_return(
    town: Town,
) -> None:
    notice = first_notice()
    due = at(notice.send_on, NOTICE_TIME)
    client = await town.client()
    await ask(client, PlanStart(plan="plan-that-warms-the-worker"), DRAFT)
    start = stands_at(due - timedelta(seconds=3))
    await ask(client, start, DRAFT)
    before = await fallen_due(town, start)
    kill(town.worker)
    while utc_now() + timedelta(seconds=start.offset_seconds) < due + timedelta(seconds=1):
        await asyncio.sleep(0.05)

    await revive(town.worker)
    while not await fallen_due(town, start):
        await asyncio.sleep(0.05)
    await ask(client, start, REMARK)

    assert before == []
    assert await fallen_due(town, start) == [(notice.id, notice.send_on)]
    assert await owed(town, start) == [notice.id]
