"""One group: recorded, repeated or stale, with what comes along."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import pytest

from infrastructure.clock import new_id
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import (
    Append,
    Companions,
    NoticeRow,
    OutboxRow,
    Recorded,
    Repeated,
    Stale,
    TaskRow,
)
from infrastructure.event_store.writer import Writer
from tests.event_store.given import append, group, one, recorded, state

INSTANT = datetime(2013, 10, 1, 22, 30, tzinfo=UTC)


async def test_what_append_answers_is_what_the_log_holds(writer: Writer, reader: Reader) -> None:
    outcome = await writer.append(one("plan/a", 0, 1, 2, 3, on_behalf_of="fsb"))

    assert list(recorded(outcome)) == await reader.stream("plan/a")


async def test_versions_and_positions_have_no_gaps(writer: Writer, reader: Reader) -> None:
    await writer.append(one("plan/a", 0, 1, 2))
    await writer.append(one("plan/b", 0, 1))
    await writer.append(one("plan/a", 2, 3))

    log = await reader.page(0, 100)
    assert [(e.position, e.stream, e.version) for e in log] == [
        (1, "plan/a", 1),
        (2, "plan/a", 2),
        (3, "plan/b", 1),
        (4, "plan/a", 3),
    ]


async def test_a_version_that_is_too_low_is_stale(writer: Writer) -> None:
    await writer.append(one("plan/a", 0, 1, 2))

    assert await writer.append(one("plan/a", 1)) == Stale("plan/a", 1, 2)


async def test_a_version_that_is_too_high_is_stale(writer: Writer) -> None:
    await writer.append(one("plan/a", 0, 1, 2))

    assert await writer.append(one("plan/a", 3)) == Stale("plan/a", 3, 2)


async def test_an_empty_stream_expected_to_exist_is_stale(writer: Writer) -> None:
    assert await writer.append(one("plan/a", 1)) == Stale("plan/a", 1, 0)


async def test_a_command_sent_twice_gets_its_original_events(writer: Writer) -> None:
    asked = one("plan/a", 0, 1, 2)
    first = recorded(await writer.append(asked))
    await writer.append(one("plan/a", 2))

    assert await writer.append(asked) == Repeated(first)


async def test_a_command_that_comes_again_with_a_newer_version_is_still_a_repeat(
    writer: Writer, reader: Reader
) -> None:
    command = new_id()
    first = recorded(await writer.append(one("plan/a", 0, 1, command=command)))

    again = await writer.append(one("plan/a", 1, 9, command=command))

    assert again == Repeated(first)
    assert (await reader.head())[0] == 1


async def test_a_command_id_belongs_to_its_stream(writer: Writer) -> None:
    command = new_id()
    await writer.append(one("plan/a", 0, command=command))

    assert isinstance(await writer.append(one("plan/b", 0, command=command)), Recorded)


async def test_a_group_over_several_streams_is_recorded_whole(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(group(append("plan/a", 0, 1), append("pool/x", 0, 2, 3)))

    assert [e.stream for e in await reader.page(0, 10)] == ["plan/a", "pool/x", "pool/x"]


async def test_a_group_with_one_stale_stream_records_nothing(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(one("pool/x", 0))

    outcome = await writer.append(
        group(append("plan/a", 0, state=state()), append("pool/x", 0, state=state()))
    )

    assert outcome == Stale("pool/x", 0, 1)
    assert await reader.stream("plan/a") == []
    assert await reader.state("plan/a") is None


async def test_an_append_without_events_only_guards(writer: Writer, reader: Reader) -> None:
    await writer.append(one("pool/x", 0))
    guard = Append("pool/x", 1, ())

    assert isinstance(await writer.append(group(append("plan/a", 0), guard)), Recorded)
    assert len(await reader.stream("pool/x")) == 1


async def test_the_state_row_is_the_last_one(writer: Writer, reader: Reader) -> None:
    await writer.append(group(append("plan/a", 0, state=state(1))))
    await writer.append(group(append("plan/a", 1, state=state(2, "closed"))))

    found = await reader.state("plan/a")
    assert found is not None
    assert (found.version, found.row.body) == (2, '{"n":2}')
    assert [s.stream for s in await reader.states("plan", phase="closed")] == ["plan/a"]
    assert await reader.states("plan", phase="running") == []


async def test_a_given_instant_is_kept_and_dated_in_copenhagen(writer: Writer) -> None:
    outcome = await writer.append(one("plan/a", 0, recorded_at=INSTANT))

    event = recorded(outcome)[0]
    assert (event.recorded_at, event.recorded_on) == (INSTANT, date(2013, 10, 2))


async def test_an_import_keeps_the_day_of_its_journal(writer: Writer) -> None:
    outcome = await writer.append(one("plan/a", 0, recorded_on=date(2012, 5, 3), witnessed=False))

    event = recorded(outcome)[0]
    assert (event.recorded_on, event.witnessed) == (date(2012, 5, 3), False)


async def test_the_zone_of_an_instant_changes_nothing_in_the_chain(writer: Writer) -> None:
    local = INSTANT.astimezone(timezone(timedelta(hours=2)))
    outcome = await writer.append(one("plan/a", 0, recorded_at=local))

    event = recorded(outcome)[0]
    microseconds = int((INSTANT - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    lines = ["1", str(microseconds), "15980", "1", str(event.command_id), "p-0007", "", "plan/a"]
    lines += ["1", "0", "15979", "plan_noted", event.data]
    assert event.hash == hashlib.sha256(bytes(32) + "\n".join(lines).encode()).digest()


async def test_tasks_are_replaced_as_a_set(writer: Writer, owner: asyncpg.Connection) -> None:
    for version, names in enumerate((["x", "y"], ["z"])):
        tasks = tuple(TaskRow(n, "forum", None, date(2013, 1, 1), None) for n in names)
        with_tasks = Companions(tasks=tasks, tasks_of="plan/a")
        await writer.append(one("plan/a", version, companions=with_tasks))

    assert [row["task"] for row in await owner.fetch("select task from task")] == ["z"]


async def test_no_word_of_tasks_leaves_them_and_an_empty_set_clears_them(
    writer: Writer, owner: asyncpg.Connection
) -> None:
    task = TaskRow("x", "forum", "p-1", date(2013, 1, 1), date(2013, 2, 1), '{"a":1}')
    await writer.append(one("plan/a", 0, companions=Companions((task,), "plan/a")))
    await writer.append(one("plan/a", 1))
    assert await owner.fetchval("select count(*) from task") == 1

    await writer.append(one("plan/a", 2, companions=Companions((), "plan/a")))
    assert await owner.fetchval("select count(*) from task") == 0


def notice(status: str) -> NoticeRow:
    return NoticeRow(
        "plan/a", "n1", "report/2013", "before", date(2013, 2, 1), status, INSTANT, None, None
    )


def outbox(status: str) -> OutboxRow:
    day = date(2013, 2, 1)
    return OutboxRow("plan/a", "n1", "fsb", day, False, "reminder", '{"b":2}', INSTANT, status)


async def test_a_notice_is_written_over(writer: Writer, owner: asyncpg.Connection) -> None:
    await writer.append(
        one("plan/a/notices", 0, companions=Companions(notices=(notice("planned"),)))
    )
    await writer.append(one("plan/a/notices", 1, companions=Companions(notices=(notice("due"),))))

    assert [tuple(r) for r in await owner.fetch("select notice, status from notice")] == [
        ("n1", "due")
    ]


async def test_what_was_sent_is_not_owed_again(writer: Writer, owner: asyncpg.Connection) -> None:
    rows = (
        outbox("pending"),
        replace(outbox("sent"), mail_id="m1", settled_at=INSTANT),
        outbox("pending"),
    )
    for version, row in enumerate(rows):
        await writer.append(one("plan/a/notices", version, companions=Companions(outbox=(row,))))

    found = await owner.fetch("select status, mail_id, settled_at from outbox")
    assert [tuple(row) for row in found] == [("sent", "m1", INSTANT)]


@pytest.mark.parametrize("status", ["bounced", "suppressed"])
async def test_an_outcome_without_a_pending_row_is_kept_too(
    writer: Writer, owner: asyncpg.Connection, status: str
) -> None:
    await writer.append(one("plan/a/notices", 0, companions=Companions(outbox=(outbox(status),))))

    assert await owner.fetchval("select status from outbox") == status
