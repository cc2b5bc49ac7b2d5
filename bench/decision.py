"""How long does a decision take from being sent to being answered, beside an empty update?"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from bench import city
from bench.empty import EmptyWorkflow, nothing
from bench.results import percentile, table, write
from domain.plan import commands as c
from infrastructure.clock import new_id, utc_now
from infrastructure.embedded import places
from infrastructure.embedded.stack import EmbeddedStack
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.writer import Writer
from infrastructure.temporal import connect, settle, workflow_runner
from worker import STICKY, running_worker
from workflows.door import send
from workflows.plan import PlanStart

ROUNDS = 12
PLANS_AT_ONCE = 16
PLANS_ALONE = 4
QUEUE, EMPTY_QUEUE = "bench", "bench-empty"
Empty = WorkflowHandle[EmptyWorkflow, None]


@dataclass
class Place:
    """A production-like worker on a durable stack, and an empty one beside it."""

    client: Client
    commands: tuple[c.RecordDecision, ...]

    def start(self, plan: str) -> PlanStart:
        moment = datetime.combine(city.TODAY, datetime.min.time(), UTC).replace(hour=12)
        offset = int((moment - utc_now()).total_seconds())
        return PlanStart(plan=plan, offset_seconds=offset, is_virtual=True)

    async def send(self, start: PlanStart, body: c.PlanCommand) -> float:
        envelope = c.Envelope(command_id=new_id(), actor="p-0001", body=body)
        began = perf_counter()
        await send(self.client, QUEUE, start, envelope)
        return 1000 * (perf_counter() - began)

    async def filed(self) -> PlanStart:
        """A new plan on its route."""
        start = self.start(f"bench-{new_id().hex[:12]}")
        for body in (city.DRAFT, city.SUBMIT):
            await self.send(start, body)
        return start

    async def empty(self) -> Empty:
        started: Empty = await self.client.start_workflow(
            EmptyWorkflow.run, id=f"empty-{new_id()}", task_queue=EMPTY_QUEUE
        )
        return started


async def one_empty(handle: Empty) -> float:
    began = perf_counter()
    await handle.execute_update(EmptyWorkflow.empty, id=str(new_id()))
    return 1000 * (perf_counter() - began)


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    data = Path(tempfile.mkdtemp(prefix="hp-bench-"))
    data.chmod(0o711)
    try:
        async with EmbeddedStack(data, has_ui=False) as stack:
            await migrate(stack.info.database_owner_url)
            async with Writer.open(stack.info.database_url) as writer:
                await city.publish(writer)
            client = await connect(stack.info.settings())
            empty = Worker(
                client,
                task_queue=EMPTY_QUEUE,
                workflows=[EmptyWorkflow],
                activities=[nothing],
                workflow_runner=workflow_runner(),
                sticky_queue_schedule_to_start_timeout=STICKY,
            )
            async with running_worker(client, stack.info.database_url, QUEUE), empty:
                yield Place(client, tuple(city.decisions(city.reference())))
    finally:
        places.remove(data)


@dataclass
class Round:
    """Milliseconds of one round."""

    decisions: list[float]
    empties: list[float]

    @property
    def ratio(self) -> float:
        return median(self.decisions) / median(self.empties)


async def alone(here: Place) -> Round:
    """One after the other, an empty update and a decision by turns."""
    found = Round([], [])
    for _ in range(PLANS_ALONE):
        start, handle = await here.filed(), await here.empty()
        await one_empty(handle)
        for body in here.commands:
            found.empties.append(await one_empty(handle))
            found.decisions.append(await here.send(start, body))
    return found


async def at_once(here: Place) -> Round:
    """Sixteen plans at the same time, then as many empty workflows."""
    starts = await asyncio.gather(*(here.filed() for _ in range(PLANS_AT_ONCE)))
    handles = await asyncio.gather(*(here.empty() for _ in range(PLANS_AT_ONCE)))
    await asyncio.gather(*(one_empty(handle) for handle in handles))

    async def decide(start: PlanStart) -> list[float]:
        return [await here.send(start, body) for body in here.commands]

    async def update(handle: Empty) -> list[float]:
        return [await one_empty(handle) for _ in here.commands]

    empties = await asyncio.gather(*(update(handle) for handle in handles))
    decisions = await asyncio.gather(*(decide(start) for start in starts))
    return Round([t for each in decisions for t in each], [t for each in empties for t in each])


def row(name: str, rounds: list[Round]) -> tuple[object, ...]:
    """Percentiles over all rounds; the ratio is the median of the rounds' own."""
    decisions = [t for each in rounds for t in each.decisions]
    empties = [t for each in rounds for t in each.empties]
    figures = [percentile(times, part) for part in (0.5, 0.99) for times in (decisions, empties)]
    ratio = median(each.ratio for each in rounds)
    return (name, len(decisions), *(f"{each:.1f}" for each in figures), f"{ratio:.2f}")


TEXT = """
Milliseconds from sending to the answer, on one embedded stack with `fsync` on, client and worker in
one process. A decision is `record_decision` of a plan on the sample's route (five of them, one to
three points each), sent through `workflows.door.send` and recorded with its reminders, tasks and
rows. An empty update runs one empty local activity. The ratio is the median of the ratios of
{rounds} paired rounds. To reach: one after the other, p50 at most 1.5 times the empty update.

{table}

Beyond the empty update a decision decides twice (validator, then under the lock), works out reminders and tasks,
commits to Postgres, sets another timer and shows its phase as search attributes. The machine's load at
the end was {load}.
"""
HEAD = (
    "",
    "decisions",
    "decision p50",
    "empty p50",
    "decision p99",
    "empty p99",
    "ratio of p50",
)


async def measure(rounds: int) -> str:
    async with place() as here:
        await alone(here)
        single = [await alone(here) for _ in range(rounds)]
        many = [await at_once(here) for _ in range(rounds // 2)]
    await settle()
    rows = [row("one after the other", single), row("16 plans at once", many)]
    load = f"{os.getloadavg()[0]:.1f}"
    return TEXT.format(rounds=rounds, table=table(HEAD, rows), load=load)


def main() -> None:
    text = asyncio.run(measure(ROUNDS))
    print(text)
    write("Decision latency", text)
