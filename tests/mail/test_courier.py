"""The courier on the real engine, with a real mail server: woken, it delivers and records."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.mail import MailActivities, next_morning
from activities.mail_messages import CourierStart, Round
from domain.calendar import NOTICE_TIME, at
from infrastructure import installation
from infrastructure.clock import new_id, utc_now
from infrastructure.mail.transport import Capture, Transport, TryAgain
from infrastructure.temporal import workflow_runner
from tests.conftest import Database
from tests.mail.conftest import Office
from tests.mail.test_post import MAY, running
from workflows.courier import CourierWorkflow


@asynccontextmanager
async def demo(office: Office, database: Database, day: date) -> AsyncIterator[None]:
    """The installation stands on a day, at ten."""
    owner = await asyncpg.connect(database.owner_dsn)
    wanted = at(day, NOTICE_TIME) + timedelta(hours=1)
    offset = int((wanted - utc_now()).total_seconds())
    await installation.create(owner, "demo", offset)
    await owner.close()
    yield


@asynccontextmanager
async def couriering(
    temporal: Client, task_queue: str, office: Office, transport: Transport
) -> AsyncIterator["WorkflowHandle[CourierWorkflow, None]"]:
    mail = MailActivities(office.post, transport, mails_per_second=100)
    async with Worker(
        temporal,
        task_queue=task_queue,
        workflows=[CourierWorkflow],
        activities=[mail.deliver],
        workflow_runner=workflow_runner(),
        graceful_shutdown_timeout=timedelta(0),
    ):
        handle = await temporal.start_workflow(
            CourierWorkflow.run, CourierStart(), id=f"courier-{new_id()}", task_queue=task_queue
        )
        yield handle
        await handle.terminate()


async def settled(office: Office) -> None:
    """Until nothing of the year's reports is owed any more."""
    query = "select count(*) from outbox where status = 'pending' and notice like 'report/2013%'"
    async with asyncio.timeout(20):
        while await office.pool.fetchval(query):
            await asyncio.sleep(0.02)


async def test_what_is_owed_is_delivered_when_the_courier_starts(
    office: Office, database: Database, temporal: Client, task_queue: str
) -> None:
    await running(office, MAY)
    async with (
        demo(office, database, MAY),
        couriering(temporal, task_queue, office, office.capture),
    ):
        await settled(office)

    assert (MAY, "lejerbo") in [(mail.day, mail.party) for mail in office.capture.mails]


async def test_a_signal_wakes_the_courier(
    office: Office, database: Database, temporal: Client, task_queue: str
) -> None:
    async with (
        demo(office, database, MAY),
        couriering(temporal, task_queue, office, office.capture) as handle,
    ):
        await running(office, MAY)
        await handle.signal(CourierWorkflow.wake)
        await settled(office)

    assert office.capture.mails != []


async def test_a_server_that_comes_back_gets_the_mail_at_the_next_signal(
    office: Office, database: Database, temporal: Client, task_queue: str
) -> None:
    class Away(Capture):
        attempts = 0

        async def send(self, mail: object) -> None:
            self.attempts += 1
            if self.attempts == 1:
                raise TryAgain("away", is_about_all=True)
            await super().send(mail)  # type: ignore[arg-type]

    away = Away()
    await running(office, MAY)
    async with (
        demo(office, database, MAY),
        couriering(temporal, task_queue, office, away) as handle,
    ):
        async with asyncio.timeout(20):
            while away.attempts < 1:
                await asyncio.sleep(0.02)
        await handle.signal(CourierWorkflow.wake)
        await settled(office)

    assert away.mails != []


async def test_no_address_and_no_name_stands_in_the_couriers_history(
    office: Office, database: Database, temporal: Client, task_queue: str
) -> None:
    await running(office, MAY)
    async with (
        demo(office, database, MAY),
        couriering(temporal, task_queue, office, office.capture) as handle,
    ):
        await settled(office)
        history = (await handle.fetch_history()).to_json()

    assert "bolig.example" not in history
    assert "Boligforeningen" not in history


async def test_nothing_leaves_while_a_demo_is_advancing(office: Office, database: Database) -> None:
    await running(office, MAY)
    async with demo(office, database, MAY):
        await installation.aim(office.pool, datetime(2014, 6, 1, tzinfo=UTC))
        done: Round = await MailActivities(office.post, office.capture, 100).deliver()

    assert done.sent == 0
    assert office.capture.mails == []


async def test_nothing_leaves_on_a_saturday(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(office, MAY)
    saturday = at(date(2014, 5, 3), NOTICE_TIME) + timedelta(hours=1)
    monkeypatch.setattr("activities.mail.utc_now", lambda: saturday)

    done: Round = await MailActivities(office.post, office.capture, 100).deliver()

    assert done.sent == 0


async def test_a_demo_that_stands_on_a_saturday_tells_the_days_before(
    office: Office, database: Database
) -> None:
    await running(office, MAY)
    async with demo(office, database, date(2014, 5, 3)):
        await MailActivities(office.post, office.capture, 100).deliver()

    assert MAY in {mail.day for mail in office.capture.mails}
    assert max(mail.day for mail in office.capture.mails) < date(2014, 5, 3)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2014, 5, 30, 12, tzinfo=UTC), date(2014, 6, 2)),
        (datetime(2014, 6, 4, 12, tzinfo=UTC), date(2014, 6, 6)),
        (datetime(2014, 6, 2, 5, tzinfo=UTC), date(2014, 6, 2)),
    ],
    ids=["over a weekend", "over 5 June", "the same morning"],
)
def test_the_courier_looks_again_on_the_next_working_morning(now: datetime, morning: date) -> None:
    assert next_morning(now) == at(morning, NOTICE_TIME)
