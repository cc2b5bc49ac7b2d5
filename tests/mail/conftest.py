"""A small city with a mail office: one database, real recording, and a transport that keeps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import pytest

from activities.messages import Recording
from activities.record import RecordActivities
from domain import reference as ref
from domain.calendar import NOTICE_TIME, at
from domain.plan import commands as c
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.reference import Reference
from infrastructure.codec import encode
from infrastructure.directory import Directory, Party
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Append, Group
from infrastructure.event_store.writer import Writer
from infrastructure.mail.post import Post
from infrastructure.mail.transport import Capture
from infrastructure.plans import Plans
from infrastructure.refusals import Refusals
from tests.conftest import Database
from tests.domain import build, city

NAMES = UUID(int=99)
SAMPLE = Path(__file__).parents[2] / "examples/koebenhavn/reference"
LADDERS = ref.Reference.model_validate_json(
    b'{"ladders":' + (SAMPLE / "ladders.json").read_bytes() + b"}"
).ladders
LATER = {
    "tmu": date(2013, 11, 18),
    "sud": date(2013, 11, 20),
    "oeu": date(2013, 12, 3),
    "br": date(2013, 12, 12),
}
AFTER = {"br": (date(2014, 1, 30),)}
MEETINGS = {
    body: (*days, LATER[body], *AFTER.get(body, ())) if body in LATER else days
    for body, days in city.MEETINGS.items()
}
REFERENCE = city.REFERENCE.but(ladders=LADDERS, meetings=MEETINGS)
PARTIES = (
    Party(id="office", kind="office", name="Bolig og Byfornyelse", email="kontor@kommune.example"),
    Party(
        id="lejerbo",
        kind="organisation",
        name="Boligforeningen Eksempel",
        email="lejerbo@bolig.example",
    ),
    Party(id="aab", kind="organisation", name="AAB", email="aab@bolig.example"),
    Party(
        id="kab", kind="administrator", name="Eksempel Administration", email="kab@drift.example"
    ),
    Party(
        id="p-0007",
        kind="person",
        name="Sara Sagsbehandler",
        roles=(ref.Role.CASE_OFFICER,),
        email="p7@kommune.example",
    ),
    Party(
        id="p-0001",
        kind="person",
        name="Karla Chef",
        roles=(ref.Role.HEAD_OF_OFFICE,),
        email="p1@kommune.example",
    ),
)


@dataclass
class Office:
    """The system under test with its hands on deck."""

    pool: asyncpg.Pool
    plans: Plans
    writer: Writer
    record: RecordActivities
    post: Post
    directory: Directory
    capture: Capture = field(default_factory=Capture)

    async def publish(self, reference: Reference) -> None:
        for kind in (
            "areas",
            "bodies",
            "goals",
            "intervention_areas",
            "routes",
            "meetings",
            "ladders",
        ):
            content = reference.model_dump(mode="json")[kind]
            event = ref.ReferencePublished(on=date(2012, 1, 1), kind=kind, content=content)
            append = Append(f"reference/{kind}", 0, (encode(event),))
            await self.writer.append(Group(uuid5(NAMES, kind), "operator", (append,)))

    async def live(self, plan_id: str, *commands: c.PlanCommand) -> None:
        """Record commands, each on its own day in the afternoon."""
        for command in commands:
            on = build.day_of(command) or date(2013, 1, 1)
            clock = NOTICE_TIME if isinstance(command, c.PassTime) else time(15, 0)
            await self.do(plan_id, command, at(on, clock))

    async def do(self, plan_id: str, command: c.PlanCommand, now: datetime) -> None:
        plan = await self.plans.load(plan_id)
        reference = await self.plans.reference()
        version = plan.version if plan else 0
        command_id = uuid5(NAMES, f"{plan_id}/{version}/{now}/{command.type}")
        envelope = c.Envelope(command_id=command_id, body=command, expected_version=None)
        events = decide(plan, envelope, Context(now.date(), reference))
        await self.record.record(
            Recording(
                plan=plan_id,
                expected_version=version,
                command_id=command_id,
                actor="clock",
                events=tuple(events),
                now=now,
                reference_versions={},
                is_virtual=True,
            )
        )

    async def pass_time(self, plan_id: str, *days: date) -> None:
        """Every morning that is named comes."""
        for day in days:
            await self.do(plan_id, c.PassTime(on=day), at(day, NOTICE_TIME))

    async def outbox(self) -> list[tuple[str, str, str]]:
        rows = await self.pool.fetch("select notice, party, status from outbox order by 1, 2")
        return [tuple(row) for row in rows]


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Office]:
    async with (
        asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as pool,
        Writer.open(database.app_dsn) as writer,
    ):
        plans = Plans(Reader(pool))
        post = Post(
            plans,
            writer,
            pool,
            base_url="https://helhedsplan.example",
            system_mailbox="helhedsplan <system@kommune.example>",
            is_virtual=True,
        )
        record = RecordActivities(plans, writer, Refusals(pool))
        yield Office(pool, plans, writer, record, post, Directory(pool))


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """A city with its parties and the sample's ladders, and no plan yet."""
    async with opened(database) as made:
        await made.publish(REFERENCE)
        await made.directory.put(PARTIES)
        yield made
