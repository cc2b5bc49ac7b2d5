"""Answers: is every part of an installation there, and does it do its work? One check, one line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import asyncpg
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from infrastructure.event_store.chain import link
from infrastructure.event_store.migrations import pending
from infrastructure.event_store.pages import pages
from infrastructure.event_store.reader import NO_HASH
from infrastructure.mail.accounting import unaccounted
from infrastructure.plans import Plans

OLDEST_MAIL = "select min(day) from outbox where status = 'pending' and day <= $1"
LAST_EVENTS = 2_000
STUCK_AFTER = 3
"""Attempts of one workflow task."""


@dataclass(frozen=True, slots=True)
class Check:
    """`detail` is for people who repair: names and numbers, in English."""

    name: str
    is_ok: bool
    detail: str


Probe = Callable[[], Awaitable[Check]]


async def checked(name: str, probe: Probe) -> Check:
    """What a probe finds; one that cannot be carried out has found something."""
    try:
        return await probe()
    except (OSError, RuntimeError, RPCError, asyncpg.PostgresError, TimeoutError) as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


async def postgres(pool: asyncpg.Pool) -> Check:
    version = await pool.fetchval("show server_version")
    return Check("postgres", True, str(version))


async def schema(dsn: str) -> Check:
    missing = await pending(dsn)
    return Check("schema", not missing, f"missing: {', '.join(missing)}" if missing else "newest")


async def chain(dsn: str) -> Check:
    """The newest events are linked; `verify` looks at all of them."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(readonly=True):
            head = await connection.fetchval("select coalesce(max(position), 0) from event")
            return await _linked(connection, head)
    finally:
        await connection.close()


async def _linked(connection: asyncpg.Connection, head: int) -> Check:
    after = max(head - LAST_EVENTS, 0)
    before = await connection.fetchval("select hash from event where position = $1", after)
    previous = before or NO_HASH
    position = after
    async for page in pages(connection, after):
        for event in page:
            position += 1
            is_linked = event.position == position and event.previous_hash == previous
            if not is_linked or link(event, previous) != event.hash:
                return Check("chain", False, f"broken at position {event.position}")
            previous = event.hash
    return Check("chain", True, f"position {head}, {previous.hex()[:16]}")


async def notices(pool: asyncpg.Pool, plans: Plans, today: date) -> Check:
    has_pause = (await plans.reference()).parameters.summer_pause
    found = await unaccounted(pool, today, has_pause=has_pause)
    first = f", first {found[0].stream} {found[0].notice} ({found[0].why})" if found else ""
    return Check("unaccounted_notices", not found, f"{len(found)}{first}")


async def oldest_mail(pool: asyncpg.Pool, today: date) -> Check:
    day: date | None = await pool.fetchval(OLDEST_MAIL, today)
    is_ok = day is None or today - day <= timedelta(days=8)  # a weekly digest waits for its Monday
    return Check("oldest_unsent_mail", is_ok, day.isoformat() if day else "none")


async def worker(client: Client, task_queue: str, now: datetime) -> Check:
    """Somebody asks the queue for work."""
    found = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    seen = [poller.last_access_time.ToDatetime(tzinfo=now.tzinfo) for poller in found.pollers]
    fresh = [moment for moment in seen if now - moment < timedelta(minutes=2)]
    return Check("worker", bool(fresh), f"{len(fresh)} polling {task_queue}")


async def missing_runs(client: Client, plans: Plans) -> Check:
    """Open plans without a run; the list of runs lags, so each that is missed is asked for."""
    query = 'WorkflowType="PlanWorkflow" AND ExecutionStatus="Running"'
    runs = {run.id async for run in client.list_workflows(query, page_size=1_000)}
    open_ids = await plans.open_ids()
    absent = [plan for plan in open_ids if f"plan/{plan}" not in runs]
    missing = [plan for plan in absent if not await _runs(client, f"plan/{plan}")]
    detail = f"{len(open_ids)} open plans, {len(missing)} without a run"
    return Check("workflows", not missing, ", ".join([detail, *missing[:5]]))


async def _runs(client: Client, workflow_id: str) -> bool:
    try:
        found = await client.get_workflow_handle(workflow_id).describe()
    except RPCError:
        return False
    return found.status is not None and found.status.name == "RUNNING"


async def stuck_tasks(client: Client) -> Check:
    """Runs whose task fails again and again: a bug, or code that does not fit the history."""
    query = 'ExecutionStatus="Running" AND TemporalReportedProblems IS NOT NULL'
    reported = [run.id async for run in client.list_workflows(query, page_size=100)]
    stuck = []
    for workflow_id in reported:
        found = await client.get_workflow_handle(workflow_id).describe()
        if found.raw_description.pending_workflow_task.attempt >= STUCK_AFTER:
            stuck.append(workflow_id)
    return Check("stuck_tasks", not stuck, ", ".join(stuck[:5]) or "none")
