"""How many events per second does `helhedsplan rebuild` fold, and what do the rows cost?"""

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import asyncpg

from bench import city
from bench.life import Life, live
from bench.results import table, write
from infrastructure.clock import new_id
from infrastructure.codec import encode
from infrastructure.embedded import places
from infrastructure.embedded.postgres import OWNER, EmbeddedPostgres
from infrastructure.event_store.folders import Folding
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.pages import pages
from infrastructure.event_store.rebuild import rebuild
from infrastructure.event_store.records import Append, Group
from infrastructure.event_store.writer import Writer
from infrastructure.folders import folders
from infrastructure.plans import notices_stream, plan_stream

EVENTS = 100_000
ROUNDS = 3
AT_ONCE = 32


def group(life: Life, plan: str) -> Group:
    return Group(
        command_id=new_id(),
        actor="operator",
        appends=(
            Append(plan_stream(plan), 0, tuple(encode(each) for each in life.plan_events)),
            Append(notices_stream(plan), 0, tuple(encode(each) for each in life.ledger_events)),
        ),
    )


async def fill(dsn: str, life: Life) -> int:
    """A log of that many events; answers how many plans it has."""
    plans = EVENTS // (len(life.plan_events) + len(life.ledger_events)) + 1
    async with Writer.open(dsn) as writer:
        await city.publish(writer)
        for first in range(0, plans, AT_ONCE):
            ids = range(first, min(first + AT_ONCE, plans))
            await asyncio.gather(*(writer.append(group(life, f"plan-{i:06}")) for i in ids))
    return plans


async def fold_only(dsn: str) -> float:
    """Events per second of reading and folding alone, without the rows."""
    connection = await asyncpg.connect(dsn)
    try:
        folding, began = Folding(folders()), perf_counter()
        async for page in pages(connection, 0):
            folding.add(page)
        return folding.events / (perf_counter() - began)
    finally:
        await connection.close()


async def measure() -> str:
    life = live(city.reference())
    data = Path(tempfile.mkdtemp(prefix="hp-bench-"))
    data.chmod(0o711)
    server = EmbeddedPostgres(places.places(data))
    await server.start()
    try:
        dsn = server.dsn(OWNER)
        await migrate(dsn)
        plans = await fill(dsn, life)
        folds = [await fold_only(dsn) for _ in range(ROUNDS)]
        whole, events = [], 0
        for _ in range(ROUNDS + 1):
            began = perf_counter()
            done = await rebuild(dsn, folders())
            events = done.events
            whole.append(events / (perf_counter() - began))
    finally:
        await server.stop()
        places.remove(data)
    rows = [
        ("reading and folding", f"{median(folds):,.0f}"),
        ("the first rebuild, every row to be written", f"{whole[0]:,.0f}"),
        ("rebuild, rows as they should be", f"{median(whole[1:]):,.0f}"),
    ]
    shape = (
        f"{len(life.plan_events)} events of the plan and {len(life.ledger_events)} of its ledger"
    )
    return TEXT.format(
        plans=f"{plans:,}",
        events=f"{events:,}",
        shape=shape,
        rounds=ROUNDS,
        table=table(("", "events per second"), list(rows)),
    )


TEXT = """
A log of {events} events: {plans} plans, each with a whole life of {shape}. Postgres with `fsync` on,
median of {rounds}. To reach: 30,000 events per second.

{table}
"""


def main() -> None:
    text = asyncio.run(measure())
    print(text)
    write("Rebuild", text)
