"""Many writers at once: one winner, no gap, nothing that a reader could miss."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from infrastructure.clock import new_id
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Recorded, Repeated, Stale
from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.event_store.given import append, group, one

WRITERS = 4


@pytest.fixture
async def writers(database: Database) -> AsyncIterator[list[Writer]]:
    """As many processes as this: each has its own writer."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Writer.open(database.app_dsn, connections=2))
            for _ in range(WRITERS)
        ]


async def test_of_many_writers_of_one_version_one_wins(writers: list[Writer]) -> None:
    outcomes = await asyncio.gather(
        *(writer.append(one("plan/a", 0)) for writer in writers for _ in range(10))
    )

    assert [type(o) for o in outcomes].count(Recorded) == 1
    assert set(outcomes) - {o for o in outcomes if isinstance(o, Recorded)} == {
        Stale("plan/a", 0, 1)
    }


async def test_of_groups_that_share_a_stream_one_wins_whole(
    writers: list[Writer], reader: Reader
) -> None:
    outcomes = await asyncio.gather(
        *(
            writer.append(group(append(f"plan/{n}-{m}", 0), append("pool/x", 0)))
            for n, writer in enumerate(writers)
            for m in range(5)
        )
    )

    assert [type(o) for o in outcomes].count(Recorded) == 1
    assert (await reader.head())[0] == 2


async def test_the_same_command_from_everywhere_is_recorded_once(writers: list[Writer]) -> None:
    asked = one("plan/a", 0, 1, 2)

    outcomes = await asyncio.gather(*(writer.append(asked) for writer in writers for _ in range(5)))

    assert sorted(type(o).__name__ for o in outcomes) == ["Recorded"] + ["Repeated"] * 19
    assert len({o.events for o in outcomes if isinstance(o, Recorded | Repeated)}) == 1


async def test_appends_one_after_another_in_one_batch_each_find_their_version(
    writer: Writer,
) -> None:
    outcomes = await asyncio.gather(*(writer.append(one("plan/a", n)) for n in range(50)))

    assert all(isinstance(outcome, Recorded) for outcome in outcomes)


async def test_under_load_the_chain_and_the_positions_hold(
    writers: list[Writer], reader: Reader
) -> None:
    async def append_ten(writer: Writer, stream: str) -> None:
        for version in range(10):
            await writer.append(one(stream, version))

    await asyncio.gather(
        *(append_ten(w, f"plan/{n}-{m}") for n, w in enumerate(writers) for m in range(8))
    )

    log = await reader.page(0, 1000)
    assert [event.position for event in log] == list(range(1, 321))
    assert all(b.previous_hash == a.hash for a, b in itertools.pairwise(log))


Append = Callable[[int], Awaitable[object]]


async def follow(
    read_after: Callable[[int], Awaitable[list[int]]], writing: asyncio.Task[None]
) -> list[int]:
    """What a projection does: remember the highest position seen and ask for what is after it."""
    seen: list[int] = []
    while True:
        was_done = writing.done()
        page = await read_after(seen[-1] if seen else 0)
        seen += page
        if was_done and not page:
            await writing
            return seen


async def test_a_reader_that_follows_positions_misses_nothing(
    writers: list[Writer], reader: Reader
) -> None:
    async def write() -> None:
        async def some(writer: Writer, name: str) -> None:
            for version in range(20):
                await writer.append(one(name, version))

        await asyncio.gather(
            *(some(w, f"plan/{n}-{m}") for n, w in enumerate(writers) for m in range(4))
        )

    async def read_after(position: int) -> list[int]:
        return [event.position for event in await reader.page(position, 100)]

    seen = await follow(read_after, asyncio.create_task(write()))

    assert seen == list(range(1, 321))


async def test_the_same_reader_of_an_identity_column_misses_rows(
    owner: asyncpg.Connection, database: Database
) -> None:
    """The planted fault: numbers drawn before the commit are read before their elders show."""
    await owner.execute("create table naive (id bigint generated always as identity, name text)")

    async def write() -> None:
        slow = await asyncpg.connect(database.owner_dsn)
        quick = await asyncpg.connect(database.owner_dsn)
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute("insert into naive (name) values ('drawn first, committed last')")
        await quick.execute("insert into naive (name) values ('drawn last, committed first')")
        await read_it.wait()
        await transaction.commit()
        await slow.close()
        await quick.close()

    read_it = asyncio.Event()

    async def read_after(position: int) -> list[int]:
        found = await owner.fetch("select id from naive where id > $1 order by id", position)
        if found:
            read_it.set()
        return [row["id"] for row in found]

    seen = await follow(read_after, asyncio.create_task(write()))

    assert await owner.fetchval("select count(*) from naive") == 2
    assert seen == [2]


async def test_a_twin_in_the_same_moment_is_answered_as_a_repeat(writer: Writer) -> None:
    command = new_id()
    outcomes = await asyncio.gather(
        *(writer.append(one("plan/a", 0, command=command)) for _ in range(3))
    )

    assert sorted(type(o).__name__ for o in outcomes) == ["Recorded", "Repeated", "Repeated"]
