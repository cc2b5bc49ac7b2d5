"""A portfolio that was imported and lived on is rebuilt from the log exactly as it stands."""

from datetime import date, datetime, timedelta
from uuid import uuid5

import asyncpg
import pytest

from activities.messages import Recording, Result
from activities.record import RecordActivities
from domain.calendar import local_day
from domain.notices import MailOutcome
from domain.plan.commands import CLOCK, Envelope, PassTime
from domain.plan.context import Context
from domain.plan.decide import decide
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.rebuild import rebuild
from infrastructure.event_store.verify import verify
from infrastructure.event_store.writer import Writer
from infrastructure.folders import folders
from infrastructure.importing import Access
from infrastructure.importing.naming import NAMESPACE
from infrastructure.mail.owed import owed_of_row
from infrastructure.mail.settling import Settlement, settle
from infrastructure.plans import Plans
from infrastructure.refusals import Refusals
from tests.conftest import Database
from tests.importing.conftest import NOON, SAMPLE, taken_in

TABLES = ("state_row", "task", "notice", "outbox")
UNTIL = date(2014, 3, 1)


async def contents(pool: asyncpg.Pool) -> dict[str, list[str]]:
    found = {}
    for table in TABLES:
        rows = await pool.fetch(f"select t::text as line from {table} t order by 1")
        found[table] = [row["line"] for row in rows]
    return found


async def live_on(access: Access, writer: Writer) -> int:
    """Time passes for every plan until spring, as its workflow would have it recorded."""
    plans = Plans(Reader(access.pool))
    activities = RecordActivities(plans, writer, Refusals(access.pool))
    streams = await access.pool.fetch("select stream from state_row where kind = 'plan'")
    recorded = 0
    for row in streams:
        plan_id = row["stream"].removeprefix("plan/")
        now: datetime | None = NOON
        while now is not None and local_day(now) < UNTIL:
            plan = await plans.load(plan_id)
            assert plan is not None
            reference = await plans.reference()
            name = uuid5(NAMESPACE, f"{plan_id}/{now.isoformat()}")
            envelope = Envelope(command_id=name, actor=CLOCK, body=PassTime())
            events = tuple(decide(plan, envelope, Context(local_day(now), reference)))
            answer = await activities.record(
                Recording(
                    plan=plan_id,
                    expected_version=plan.version,
                    command_id=name,
                    actor=CLOCK,
                    events=events,
                    now=now,
                    reference_versions=reference.versions,
                    is_virtual=True,
                )
            )
            assert answer.result is Result.RECORDED
            recorded += 1
            following = answer.next_at
            now = max(following, now + timedelta(hours=1)) if following else None
    return recorded


async def settle_some(access: Access, writer: Writer) -> int:
    """Two mails in three had an outcome: some bounced, and are passed on to the next in line."""
    plans = Plans(Reader(access.pool))
    owed = await access.pool.fetch(
        "select stream, notice, party, day, facts from outbox where status = 'pending'"
        " order by day, party, stream, notice"
    )
    for number, row in enumerate(owed):
        if number % 3 == 0:
            continue
        outcome = MailOutcome.SENT if number % 2 else MailOutcome.BOUNCED
        settlement = Settlement(f"m{number}", outcome, (owed_of_row(row),))
        await settle(plans, writer, [settlement], row["day"], is_virtual=True)
    return len(owed)


@pytest.fixture
async def lived(database: Database, access: Access) -> Access:
    await taken_in(SAMPLE, access)
    async with Writer.open(database.app_dsn) as writer:
        assert await live_on(access, writer) > 100
        assert await settle_some(access, writer) > 20
    return access


async def test_rebuilding_writes_what_recording_wrote(lived: Access, database: Database) -> None:
    before = await contents(lived.pool)
    rebuilt = await rebuild(database.owner_dsn, folders())

    assert await contents(lived.pool) == before
    assert rebuilt.events > 1_300


async def test_a_lost_read_model_comes_back_from_the_log(lived: Access, database: Database) -> None:
    before = await contents(lived.pool)
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("truncate state_row, task, notice, outbox")
    await owner.close()
    await rebuild(database.owner_dsn, folders())

    assert await contents(lived.pool) == before


async def test_an_imported_and_lived_log_verifies(lived: Access, database: Database) -> None:
    found = await verify(database.owner_dsn, folders())

    assert found.is_sound, found
