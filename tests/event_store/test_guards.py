"""The guarded writer: poison, cancelled callers, full queues, lost and frozen servers."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import asyncpg
import pytest

from infrastructure.event_store import batch
from infrastructure.event_store.errors import BadData, StoreUnavailable
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import (
    Append,
    Companions,
    Group,
    NewEvent,
    Recorded,
    Repeated,
    StateRow,
    TaskRow,
)
from infrastructure.event_store.writer import Limits, Writer
from tests.conftest import Database
from tests.event_store.given import DAY, append, event, group, one

LOCK = 7215001


def with_data(data: str) -> Group:
    return group(Append("plan/poison", 0, (NewEvent("plan_noted", data, DAY),)))


def with_facets(facets: str) -> Group:
    row = StateRow("plan", facets, "{}")
    return group(Append("plan/poison", 0, (event(),), row))


@pytest.mark.parametrize(
    "poison",
    [
        with_data('{"a":"\0"}'),
        with_data('{"a":"\\u0000"}'),
        with_data('{"a":"\ud800"}'),
        with_data('{"a":"\\ud800"}'),
        with_data("no json"),
        with_data("[1]"),
        with_facets("[1]"),
        with_facets("{"),
        one("plan/poison\0", 0),
        one("plan/poison\nx", 0),
        one("x" * 201, 0),
        one("", 0),
        one("plan/poison", -1),
        one("plan/poison", 2**40),
        one("plan/poison", 0, actor=""),
        one("plan/poison", 0, actor="a\nb"),
        one("plan/poison", 0, on_behalf_of=""),
        one("plan/poison", 0, recorded_at=datetime(2013, 1, 1)),  # noqa: DTZ001 - the poison
        group(append("plan/poison", 0), append("plan/poison", 1)),
        group(Append("plan/poison", 0, ())),
        group(Append("plan/poison", 0, (NewEvent("Plan Noted", "{}", DAY),))),
        one("plan/poison", 0, companions=Companions(tasks=())),
        one(
            "plan/poison",
            0,
            companions=Companions((TaskRow("t", "r", None, DAY, None, "{"),), "plan/a"),
        ),
    ],
    ids=range(23),
)
async def test_poison_harms_only_itself(writer: Writer, reader: Reader, poison: Group) -> None:
    async def sent(asked: Group) -> object:
        try:
            return await writer.append(asked)
        except BadData as refused:
            return refused

    outcomes = await asyncio.gather(
        *(sent(one(f"plan/{n}", 0)) for n in range(4)),
        sent(poison),
        *(sent(one(f"plan/{n}", 0)) for n in range(4, 8)),
    )

    assert isinstance(outcomes[4], BadData)
    assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 8
    assert (await reader.head())[0] == 8


async def test_an_escaped_backslash_before_u0000_is_no_nul(writer: Writer) -> None:
    outcome = await writer.append(with_data('{"a":"\\\\u0000 and \\u001f"}'))

    assert isinstance(outcome, Recorded)


async def test_a_caller_that_goes_away_takes_nobody_along(writer: Writer, reader: Reader) -> None:
    callers = [asyncio.create_task(writer.append(one(f"plan/{n}", 0))) for n in range(20)]
    await asyncio.sleep(0)
    callers[3].cancel()
    callers[7].cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)

    assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 18
    assert isinstance(await writer.append(one("plan/after", 0)), Recorded)


async def test_a_full_queue_refuses_instead_of_growing(
    database: Database, superuser: asyncpg.Connection
) -> None:
    async with Writer.open(database.app_dsn, limits=Limits(queued_groups=3)) as writer:
        results = await asyncio.gather(
            *(writer.append(one(f"plan/{n}", 0)) for n in range(10)), return_exceptions=True
        )

    assert sum(isinstance(result, StoreUnavailable) for result in results) == 7


async def test_a_batch_is_bounded_and_all_are_answered(database: Database) -> None:
    limits = Limits(groups_per_call=7, events_per_call=5)
    async with Writer.open(database.app_dsn, limits=limits) as writer:
        outcomes = await asyncio.gather(
            *(writer.append(one(f"plan/{n}", 0, 1, 2, 3)) for n in range(20)),
            writer.append(one("plan/large", 0, *range(12))),
        )

    assert all(isinstance(outcome, Recorded) for outcome in outcomes)


async def test_what_waits_when_the_writer_closes_is_still_recorded(database: Database) -> None:
    async with Writer.open(database.app_dsn) as writer:
        callers = [asyncio.create_task(writer.append(one(f"plan/{n}", 0))) for n in range(9)]
        await asyncio.sleep(0)

    assert all(isinstance(outcome, Recorded) for outcome in await asyncio.gather(*callers))
    with pytest.raises(StoreUnavailable, match="closed"):
        await writer.append(one("plan/late", 0))


async def test_a_wrong_address_is_seen_at_once(database: Database) -> None:
    nowhere = database.app_dsn.replace(database.name, "nowhere")

    with pytest.raises(StoreUnavailable):
        async with Writer.open(nowhere):
            pass


async def test_after_its_connections_were_cut_the_writer_goes_on(
    writer: Writer, superuser: asyncpg.Connection
) -> None:
    await writer.append(one("plan/a", 0))
    await superuser.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where application_name = 'helhedsplan-writer' and datname = current_database()"
    )
    asked = one("plan/a", 1)

    while True:  # each connection may be found dead once
        try:
            outcome = await writer.append(asked)
            break
        except StoreUnavailable:
            continue

    assert isinstance(outcome, Recorded | Repeated)


async def test_a_stopped_lock_holder_makes_others_try_later_and_no_longer(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute("begin")
    await superuser.execute("select pg_advisory_xact_lock($1)", LOCK)
    holder = await superuser.fetchval("select pg_backend_pid()")
    async with Writer.open(database.app_dsn, limits=Limits(lock_seconds=0.2)) as writer:
        os.kill(holder, signal.SIGSTOP)
        try:
            with pytest.raises(StoreUnavailable):
                await writer.append(one("plan/a", 0))
        finally:
            os.kill(holder, signal.SIGCONT)
        await superuser.execute("rollback")

        assert isinstance(await writer.append(one("plan/a", 0)), Recorded)


async def test_a_server_process_that_hangs_is_given_up(
    database: Database, superuser: asyncpg.Connection
) -> None:
    limits = Limits(call_seconds=0.3, connect_seconds=5)
    async with Writer.open(database.app_dsn, limits=limits) as writer:
        await writer.append(one("plan/a", 0))
        ours = await superuser.fetchval(
            "select pid from pg_stat_activity"
            " where application_name = 'helhedsplan-writer' and datname = current_database()"
        )
        os.kill(ours, signal.SIGSTOP)
        try:
            with pytest.raises(StoreUnavailable):
                await writer.append(one("plan/a", 1))
            assert isinstance(await writer.append(one("plan/b", 0)), Recorded)
        finally:
            os.kill(ours, signal.SIGCONT)


async def test_an_idle_writer_holds_no_lock(writer: Writer, owner: asyncpg.Connection) -> None:
    await writer.append(one("plan/a", 0, recorded_at=datetime(2013, 1, 1, tzinfo=UTC)))

    assert await owner.fetchval("select pg_try_advisory_xact_lock($1)", LOCK)


async def test_a_snapshot_that_cannot_see_the_tail_is_refused(app: asyncpg.Connection) -> None:
    await app.execute("begin isolation level repeatable read")
    with pytest.raises(asyncpg.RaiseError, match="read committed"):
        await app.fetchrow(batch.CALL, *batch.arguments([one("plan/a", 0)]))
    await app.execute("rollback")
