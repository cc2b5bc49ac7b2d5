"""Who else appends an event durably to Postgres: each peer runs callers for a while and counts."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from infrastructure.clock import new_id
from infrastructure.event_store.records import (
    Append,
    Group,
    NewEvent,
    Recorded,
    StateRow,
    canonical_json,
)
from infrastructure.event_store.writer import Writer

WARM_UP_SECONDS = 0.4
POOL_SIZE = 32
DAY = date(2013, 10, 1)
TYPE = "decision_recorded"
ACTOR = "p-0007"
DATA = canonical_json(
    {
        "v": 1,
        "body": "br",
        "outcome": "approved",
        "points": ["content", "lbf", "money"],
        "reason": {"id": "3b241101-e2bb-4255-8caf-4136c566a962", "digest": "a" * 64},
    }
)
STATE = StateRow(
    "plan",
    canonical_json({"phase": "running", "area": "amager", "next_due": "2013-11-01"}),
    canonical_json({"goals": ["x" * 40] * 8}),
)
EVENTS = (NewEvent(TYPE, DATA, DAY),)

Run = Callable[[int, float], Awaitable[float]]
"""(callers, seconds) -> durable appends per second."""
Peer = Callable[[str], AbstractAsyncContextManager[Run]]
"""Made with the owner's address of an empty database of its own, migrated."""
Caller = Callable[[], Awaitable[None]]


async def _rate(callers: list[Caller], seconds: float) -> float:
    """Each caller appends, waits for the answer, and appends again."""
    done = 0
    is_over = False

    async def again_and_again(caller: Caller) -> None:
        nonlocal done
        while not is_over:
            await caller()
            done += 1

    running = [asyncio.create_task(again_and_again(caller)) for caller in callers]
    await asyncio.sleep(WARM_UP_SECONDS)
    before, began = done, perf_counter()
    await asyncio.sleep(seconds)
    rate = (done - before) / (perf_counter() - began)
    is_over = True
    await asyncio.gather(*running)
    return rate


def _thread_rate(
    make_caller: Callable[[], Callable[[], int]], callers: int, seconds: float
) -> float:
    """The same for a library that blocks: a thread is a caller."""
    done = [0] * callers
    is_over = threading.Event()

    def again_and_again(n: int) -> None:
        caller = make_caller()
        while not is_over.is_set():
            done[n] += caller()

    threads = [threading.Thread(target=again_and_again, args=(n,)) for n in range(callers)]
    for thread in threads:
        thread.start()
    is_over.wait(WARM_UP_SECONDS)
    before, began = sum(done), perf_counter()
    is_over.wait(seconds)
    rate = (sum(done) - before) / (perf_counter() - began)
    is_over.set()
    for thread in threads:
        thread.join()
    return rate


def store(connections: int) -> Peer:
    """Our writer: order, chain, idempotence and a state row per append."""

    @asynccontextmanager
    async def peer(owner_dsn: str) -> AsyncIterator[Run]:
        app_dsn = owner_dsn.replace("//helhedsplan@", "//helhedsplan_app@")
        async with Writer.open(app_dsn, connections) as writer:

            def caller() -> Caller:
                stream, version = f"plan/{new_id()}", 0

                async def append() -> None:
                    nonlocal version
                    one = Append(stream, version, EVENTS, STATE)
                    outcome = await writer.append(Group(new_id(), ACTOR, (one,)))
                    assert type(outcome) is Recorded
                    version += 1

                return append

            yield lambda callers, seconds: _rate([caller() for _ in range(callers)], seconds)

    return peer


_RAW = """
create table if not exists raw_event (
    position bigint generated always as identity primary key,
    stream text not null, version integer not null, type text not null, data text not null,
    valid_on date not null, recorded_at timestamptz not null default clock_timestamp(),
    actor text not null, command_id uuid not null, unique (stream, version))
"""
_INSERT = """
insert into raw_event (stream, version, type, data, valid_on, actor, command_id)
values ($1, $2, $3, $4, $5, $6, $7)
"""


async def _raw_table(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(_RAW)
    await connection.close()


def _inserter(insert: Callable[..., Awaitable[Any]]) -> Caller:
    stream, version = f"plan/{new_id()}", 0

    async def append() -> None:
        nonlocal version
        version += 1
        await insert(stream, version, TYPE, DATA, DAY, ACTOR, new_id())

    return append


@asynccontextmanager
async def raw_on_pool(dsn: str) -> AsyncIterator[Run]:
    """A prepared insert, nothing else, on a warm pool."""
    await _raw_table(dsn)
    async with asyncpg.create_pool(dsn, min_size=POOL_SIZE, max_size=POOL_SIZE) as pool:

        async def insert(*values: Any) -> None:
            async with pool.acquire() as connection:
                await connection.execute(_INSERT, *values)

        yield lambda callers, seconds: _rate([_inserter(insert) for _ in range(callers)], seconds)


@asynccontextmanager
async def raw_on_dedicated(dsn: str) -> AsyncIterator[Run]:
    """A prepared insert, nothing else, each caller on a connection of its own."""
    await _raw_table(dsn)

    async def run(callers: int, seconds: float) -> float:
        connections = [await asyncpg.connect(dsn) for _ in range(callers)]
        statements = [await connection.prepare(_INSERT) for connection in connections]
        rate = await _rate([_inserter(statement.fetch) for statement in statements], seconds)
        for connection in connections:
            await connection.close()
        return rate

    yield run


def eventsourcing(has_functions: bool) -> Peer:
    """The recorder of the `eventsourcing` library, without its mapper and aggregates."""

    @asynccontextmanager
    async def peer(dsn: str) -> AsyncIterator[Run]:
        from eventsourcing.persistence import InfrastructureFactory, StoredEvent
        from eventsourcing.utils import Environment

        address = urlsplit(dsn)
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": address.path.lstrip("/"),
            "POSTGRES_HOST": parse_qs(address.query)["host"][0],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": address.username or "",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": str(POOL_SIZE),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_MAX_WAITING": "1000",
            "POSTGRES_ENABLE_DB_FUNCTIONS": "yes" if has_functions else "no",
        }
        factory = InfrastructureFactory.construct(Environment("bench", environment))
        recorder = factory.application_recorder()
        state = DATA.encode()

        def caller() -> Callable[[], int]:
            originator, version = new_id(), 0

            def append() -> int:
                nonlocal version
                version += 1
                recorder.insert_events([StoredEvent(originator, version, TYPE, state)])
                return 1

            return append

        async def run(callers: int, seconds: float) -> float:
            return await asyncio.to_thread(_thread_rate, caller, callers, seconds)

        yield run
        factory.close()

    return peer


@asynccontextmanager
async def dbos_steps(dsn: str) -> AsyncIterator[Run]:
    """A durable step of a DBOS workflow that returns the event."""
    from dbos import DBOS

    host = parse_qs(urlsplit(dsn).query)["host"][0]
    name = urlsplit(dsn).path.lstrip("/")
    address = f"postgresql+psycopg://{urlsplit(dsn).username}@/{name}?host={host}"
    DBOS(config={"name": "bench", "system_database_url": address, "log_level": "ERROR"})

    def step() -> str:
        return DATA

    durable_step = DBOS.step()(step)

    def ten_steps() -> int:
        for _ in range(10):
            durable_step()
        return 10

    workflow = DBOS.workflow()(ten_steps)
    DBOS.launch()

    async def run(callers: int, seconds: float) -> float:
        return await asyncio.to_thread(_thread_rate, lambda: workflow, callers, seconds)

    yield run
    DBOS.destroy()
