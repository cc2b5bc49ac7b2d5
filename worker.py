"""Composes one worker process: settings, engine, store, activities and workflows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import parseaddr
from functools import partial
from typing import Any

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.housekeeping import HousekeepingActivities
from activities.mail import MailActivities
from activities.record import RecordActivities
from infrastructure import installation
from infrastructure.embedded.stack import stop_requested
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.writer import Writer
from infrastructure.logging import configure_logging
from infrastructure.mail.post import Post
from infrastructure.mail.transport import Smtp
from infrastructure.plans import Plans
from infrastructure.refusals import Refusals
from infrastructure.settings import Settings, settings
from infrastructure.temporal import connect, settle, workflow_runner
from workflows.courier import CourierWorkflow, wake_courier, waker
from workflows.driving import drive, reload, running_plans
from workflows.housekeeping import HousekeepingWorkflow, keep_house
from workflows.plan import PlanWorkflow

log = structlog.get_logger(__name__)

STICKY = timedelta(seconds=1)
"""How long a task waits for the worker that knows the run: after a kill nobody is there."""


@asynccontextmanager
async def running_worker(
    client: Client, database_url: str, task_queue: str, mail: Settings | None = None
) -> AsyncIterator[Worker]:
    """A worker that polls the queue until the block ends; without `mail` it delivers none."""
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=8) as pool,
        Writer.open(database_url, connections=2) as writer,
    ):
        plans = Plans(Reader(pool))
        record = RecordActivities(plans=plans, writer=writer, refusals=Refusals(pool))
        house = _housekeeping(client, pool, plans, task_queue)
        activities: list[Callable[..., Any]] = [
            record.load,
            record.record,
            record.record_refusal,
            house.reconcile,
        ]
        if mail is not None and mail.smtp_url is not None:
            record.wake = waker(client, task_queue)
            activities.append(_mail(mail, mail.smtp_url, pool, writer, plans).deliver)
        worker = Worker(
            client,
            task_queue=task_queue,
            workflows=[PlanWorkflow, CourierWorkflow, HousekeepingWorkflow],
            activities=activities,
            workflow_runner=workflow_runner(),
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=timedelta(seconds=2),
        )
        async with worker:
            yield worker


def _mail(
    mail: Settings, smtp_url: str, pool: asyncpg.Pool, writer: Writer, plans: Plans
) -> MailActivities:
    _, sender = parseaddr(mail.mail_from)
    post = Post(plans, writer, pool, base_url=mail.base_url, system_mailbox=sender)
    return MailActivities(post, Smtp(smtp_url, sender), mail.mails_per_second)


async def begin_house(client: Client, configured: Settings) -> None:
    """See to the two loops that every installation has: housekeeping and courier."""
    await keep_house(client, configured.task_queue)
    if configured.smtp_url is not None:
        await wake_courier(client, configured.task_queue)


def _housekeeping(
    client: Client, pool: asyncpg.Pool, plans: Plans, task_queue: str
) -> HousekeepingActivities:
    async def drive_missing(missing: Collection[str]) -> int:
        what = await installation.read(pool)
        return await drive(
            client,
            task_queue,
            missing,
            offset_seconds=what.offset_seconds,
            is_virtual=what.is_virtual,
        )

    return HousekeepingActivities(
        plans=plans,
        running=partial(running_plans, client),
        drive=drive_missing,
        reload=partial(reload, client),
    )


async def serve(configured: Settings) -> None:
    """Work until SIGTERM or Ctrl-C."""
    stop = stop_requested()
    if configured.database_url is None:
        raise SystemExit("DATABASE_URL is not set: the worker needs the event store")
    client = await connect(configured)
    if configured.smtp_url is None:
        log.warning("mail_is_off", setting="SMTP_URL")
    queue = configured.task_queue
    async with running_worker(client, configured.database_url, queue, configured):
        await begin_house(client, configured)
        await stop
    await settle()


def main() -> None:
    configured = settings()
    configure_logging(configured.log_level, configured.log_format)
    asyncio.run(serve(configured))


if __name__ == "__main__":
    main()
