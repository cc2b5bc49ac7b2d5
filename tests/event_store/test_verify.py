"""Verification finds what was changed behind the log's back, and nothing when nothing was."""

from datetime import UTC, datetime

import asyncpg
import pytest

from infrastructure.clock import utc_now
from infrastructure.event_store import texts
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Append, NewEvent, canonical_json
from infrastructure.event_store.verify import Anchor, Report, verify
from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.event_store.folding import FOLDER, Plans
from tests.event_store.given import DAY, group, one

pytestmark = pytest.mark.usefixtures("some_log")


@pytest.fixture
async def some_log(writer: Writer) -> None:
    plans = Plans()
    for n in range(1, 8):
        await writer.append(plans.note("plan/å", n, n + 2))
        await writer.append(plans.notice("plan/å", n, ("planned", "due", "sent")[n % 3]))


def codes(report: Report) -> set[str]:
    return {fault.code for fault in report.faults}


async def test_an_untouched_log_is_sound(database: Database, reader: Reader) -> None:
    report = await verify(database.app_dsn, [FOLDER])

    assert report.faults == []
    assert (report.events, report.streams) == (21, 2)
    assert (report.position, report.head) == await reader.head()


@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen", "America/Los_Angeles"])
async def test_it_is_sound_in_every_time_zone(
    database: Database, superuser: asyncpg.Connection, writer: Writer, zone: str
) -> None:
    for role in ("helhedsplan", "helhedsplan_app"):
        await superuser.execute(
            f"alter role {role} in database {database.name} set timezone = '{zone}'"
        )
        await superuser.execute(
            f"alter role {role} in database {database.name} set datestyle = 'German'"
        )
    at = datetime(2013, 3, 31, 1, 30, tzinfo=UTC)
    await writer.append(one("plan/dst", 0, recorded_at=at))

    assert (await verify(database.app_dsn)).is_sound


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("update event set data = replace(data, '1', '2') where position = 5", {"hash"}),
        ("update event set valid_on = valid_on + 1 where position = 5", {"hash"}),
        (
            (
                "update event set recorded_at = recorded_at + interval '1 microsecond'"
                " where position = 5"
            ),
            {"hash"},
        ),
        ("update event set recorded_on = recorded_on - 1 where position = 5", {"hash"}),
        ("update event set witnessed = false where position = 5", {"hash"}),
        ("update event set actor = 'p-0008' where position = 5", {"hash"}),
        ("update event set on_behalf_of = 'fsb' where position = 5", {"hash"}),
        ("update event set type = 'plan_closed' where position = 5", {"hash"}),
        ("update event set command_id = gen_random_uuid() where position = 5", {"hash"}),
        ("update event set ordinal = 7 where position = 5", {"hash"}),
        ("update event set hash = sha256('x') where position = 5", {"hash", "link"}),
        ("update event set previous_hash = sha256('x') where position = 5", {"hash", "link"}),
        ("delete from event where position = 5", {"gap", "link", "version"}),
        ("delete from event where position = 1", {"gap", "link", "version"}),
        ("update event set position = position + 100 where position = 21", {"gap", "hash"}),
        ("update event set version = version + 100 where position = 21", {"version", "hash"}),
    ],
)
async def test_a_changed_log_is_broken(
    database: Database, superuser: asyncpg.Connection, statement: str, expected: set[str]
) -> None:
    await superuser.execute("alter table event disable trigger user")
    await superuser.execute(statement)

    assert codes(await verify(database.app_dsn)) == expected


async def test_a_cut_tail_is_seen_against_a_head_kept_elsewhere(
    database: Database, reader: Reader, superuser: asyncpg.Connection
) -> None:
    anchor = Anchor(*await reader.head())
    assert (await verify(database.app_dsn, anchors=[anchor])).is_sound

    await superuser.execute("alter table event disable trigger user")
    await superuser.execute("delete from event where position > 19")

    assert (await verify(database.app_dsn)).is_sound
    assert codes(await verify(database.app_dsn, anchors=[anchor])) == {"cut"}


async def test_a_log_written_anew_is_seen_against_a_head_kept_elsewhere(
    database: Database, reader: Reader
) -> None:
    position, _ = await reader.head()

    report = await verify(database.app_dsn, anchors=[Anchor(position, bytes(32))])

    assert codes(report) == {"rewritten"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("update state_row set body = '{}'", {"different_row"}),
        ("update state_row set version = version + 1", {"different_row"}),
        ("update state_row set facets = '{}'", {"different_row"}),
        ("delete from state_row", {"missing_row"}),
        ("update task set detail = '{}'", {"different_row"}),
        ("delete from notice where notice = 'n1'", {"missing_row"}),
        (
            (
                "insert into notice select stream, 'n99', deadline, kind, send_on, status, planned_at"
                ", due_at, settled_at, detail from notice limit 1"
            ),
            {"unexpected_row"},
        ),
        ("update outbox set status = 'pending' where status = 'sent'", {"different_row"}),
    ],
)
async def test_a_changed_read_model_is_seen(
    database: Database, superuser: asyncpg.Connection, statement: str, expected: set[str]
) -> None:
    assert not (await superuser.execute(statement)).endswith(" 0")

    assert codes(await verify(database.app_dsn, [FOLDER])) == expected


async def refer(writer: Writer, app: asyncpg.Connection, body: str) -> texts.StoredText:
    kept = await texts.put(app, body)
    reference = {"id": str(kept.id), "digest": kept.digest}
    data = canonical_json({"reason": reference, "v": 1})
    await writer.append(group(Append("note/1", 0, (NewEvent("plan_noted", data, DAY),))))
    return kept


async def test_a_text_is_kept_read_and_verified(
    database: Database, writer: Writer, app: asyncpg.Connection
) -> None:
    kept = await refer(writer, app, "Begrundelse: æøå")

    assert await texts.get(app, kept.id) == "Begrundelse: æøå"
    assert (await verify(database.app_dsn)).texts_ok == 1


async def test_an_erased_text_is_erased_and_not_broken(
    database: Database, writer: Writer, app: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    kept = await refer(writer, app, "Begrundelse")

    assert await texts.erase(app, kept.id, utc_now())
    assert not await texts.erase(app, kept.id, utc_now())

    report = await verify(database.app_dsn)
    assert (report.is_sound, report.texts_erased) == (True, 1)
    assert await texts.state(app, kept.id, kept.digest) is texts.TextState.ERASED
    assert tuple(await owner.fetchrow("select salt, body from text")) == (None, None)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("update text set body = 'another reason'", "text_broken"),
        ("delete from text", "text_missing"),
    ],
)
async def test_a_text_that_was_changed_is_broken(
    database: Database,
    writer: Writer,
    app: asyncpg.Connection,
    superuser: asyncpg.Connection,
    statement: str,
    expected: str,
) -> None:
    await refer(writer, app, "Begrundelse")
    await superuser.execute(statement)

    assert codes(await verify(database.app_dsn)) == {expected}
