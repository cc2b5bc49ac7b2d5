"""How many durable appends per second, beside what else appends, in the same run?"""

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import asyncpg

from bench import peers
from bench.results import table, write
from infrastructure.embedded import places
from infrastructure.embedded.postgres import APP, OWNER, SUPERUSER, EmbeddedPostgres
from infrastructure.event_store.migrations import migrate

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = 1.2
CALLERS = (1, 16, 64, 256)
OURS, POOL, DEDICATED = "event store", "raw insert, pool", "raw insert, dedicated"
LIBRARY, FUNCTIONS, STEPS = "eventsourcing", "eventsourcing, functions", "DBOS steps"
PEERS: dict[str, peers.Peer] = {
    OURS: peers.store(connections=2),
    POOL: peers.raw_on_pool,
    DEDICATED: peers.raw_on_dedicated,
    LIBRARY: peers.eventsourcing(has_functions=False),
    FUNCTIONS: peers.eventsourcing(has_functions=True),
    STEPS: peers.dbos_steps,
}
MOST_CALLERS = {DEDICATED: 64, STEPS: 64}
TO_REACH = (
    (1, POOL, 0.9),
    (64, POOL, 3.0),
    (64, DEDICATED, 1.3),
    (256, POOL, 4.0),
    (64, LIBRARY, 8.0),
    (64, FUNCTIONS, 4.0),
)
Measured = dict[tuple[int, str], list[float]]


@asynccontextmanager
async def server() -> AsyncIterator[EmbeddedPostgres]:
    """A durable Postgres: fsync on."""
    data = Path(tempfile.mkdtemp(prefix="hp-bench-"))
    data.chmod(0o711)
    postgres = EmbeddedPostgres(places.places(data))
    await postgres.start()
    try:
        yield postgres
    finally:
        await postgres.stop()
        places.remove(data)


async def database(postgres: EmbeddedPostgres, name: str) -> str:
    """A migrated database; answers with its owner's address."""
    connection = await asyncpg.connect(postgres.dsn(SUPERUSER, "postgres"))
    await connection.execute(f"create database {name} owner {OWNER}")
    await connection.execute(f"grant connect on database {name} to {APP}")
    await connection.close()
    await migrate(postgres.dsn(OWNER, name))
    return postgres.dsn(OWNER, name)


async def measure() -> tuple[Measured, float, float]:
    """All peers take turns within a round, so that noise of the machine meets them alike."""
    measured: Measured = {}
    load = os.getloadavg()[0]
    async with server() as postgres:
        dsns = {name: await database(postgres, f"b{n}") for n, name in enumerate(PEERS)}
        for callers in CALLERS:
            for turn in range(ROUNDS):
                for name in _rotated(list(PEERS), turn):
                    if callers <= MOST_CALLERS.get(name, callers):
                        async with PEERS[name](dsns[name]) as run:
                            rate = await run(callers, SECONDS)
                        measured.setdefault((callers, name), []).append(rate)
            print(callers, {n: round(median(measured.get((callers, n), [0]))) for n in PEERS})
        return measured, _flush_microseconds(postgres.where.data), load


def _rotated(names: list[str], turn: int) -> list[str]:
    turn %= len(names)
    return names[turn:] + names[:turn]


def _flush_microseconds(folder: Path) -> float:
    """What the disk asks for a durable write: how much a common commit gains depends on that."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        file.write(bytes(8192))
        for _ in range(200):
            began = perf_counter()
            file.seek(0)
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            took.append(perf_counter() - began)
    return 1_000_000 * median(took)


def ratio(measured: Measured, callers: int, peer: str) -> float:
    """The median of the ratios of the rounds."""
    pairs = zip(measured[callers, OURS], measured[callers, peer], strict=True)
    return median(ours / theirs for ours, theirs in pairs)


def report(measured: Measured, flush: float, load: float) -> str:
    rates = [(name, *(_median(measured, callers, name) for callers in CALLERS)) for name in PEERS]
    ratios = [
        (callers, peer, f"{wanted:.1f}", f"{got:.2f}", "yes" if got >= wanted else "**no**")
        for callers, peer, wanted in TO_REACH
        for got in [ratio(measured, callers, peer)]
    ]
    return f"""
Durable appends per second, `fsync` on, Postgres and callers on the same cores; a caller appends,
waits for its answer, and appends again. The event store assigns gap-free positions in commit
order, extends the hash chain, looks for repeated commands and writes a state row with each event;
a raw insert does none of that. Medians of {ROUNDS} rounds of {SECONDS} s, peers in turn; the pool
has {peers.POOL_SIZE} connections. A flush of the log took {flush:.0f} µs on this disk: the slower
it is, the more a common commit gains. Before the run {load:.1f} other processes wanted a core: with
more than none the figures say little, since writer and server want one each.

{table(("", *(f"{callers} callers" for callers in CALLERS)), list(rates))}

Ratios of the event store to a peer, medians of paired rounds:

{table(("callers", "peer", "to reach", "reached", "enough"), list(ratios))}
"""


def _median(measured: Measured, callers: int, name: str) -> str:
    found = measured.get((callers, name))
    return f"{median(found):,.0f}" if found else "–"


def main() -> None:
    logging.disable(logging.ERROR)
    text = report(*asyncio.run(measure()))
    print(text)
    write("Appends", text)
