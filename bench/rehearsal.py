"""How long does the rehearsal of eighteen plans take beside its floor on the same engine?"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from bench.bare import BareWorkflow, Score, mail
from bench.empty import nothing
from bench.results import table, write
from infrastructure.clock import new_id
from infrastructure.embedded.stack import temporary_stack
from infrastructure.temporal import settle, workflow_runner
from rehearsal.casting import cast
from rehearsal.clock import time_skipper
from rehearsal.house import House, private_house
from rehearsal.play import Rehearsal, Wanted, play, source_of
from rehearsal.script import NO_REASON, Texts, read_script
from workflows.plan import plan_workflow_id

ROOT = Path(__file__).parents[1]
WANTED = Wanted(
    path=ROOT / "examples" / "koebenhavn",
    script=ROOT / "examples" / "rehearsals" / "the-eighteen.json",
)
QUEUE = "bench-bare"
ROUNDS = 3


@dataclass
class Part:
    """What one rehearsed plan had: its timers and decisions, in seconds after its start."""

    timers: list[float]
    decisions: list[float]
    mails: int

    @property
    def score(self) -> Score:
        """The mails spread over the timers."""
        count = len(self.timers)
        bounds = [self.mails * i // max(count, 1) for i in range(count + 1)]
        spread = tuple(after - before for before, after in pairwise(bounds))
        return Score(timers=tuple(self.timers), mails=spread)


async def rehearsed() -> tuple[Rehearsal, list[Part]]:
    """The shipped rehearsal, and what the engine did for each plan by its own history."""
    if WANTED.script is None:
        raise AssertionError
    texts = Texts({})
    script = read_script(WANTED.script, texts)
    async with private_house() as (house, stack), source_of(WANTED, script, stack) as source:
        entrances = await cast(source, house, script, texts.ref(NO_REASON))
        found = await play(house, entrances, WANTED, script)
        # A mail that speaks of several plans is counted with the first of them.
        first = {mail.mail: life.plan for life in reversed(found.lives) for mail in life.mails}
        mails = Counter(first.values())
        return found, [await _part(house, life.plan, mails[life.plan]) for life in found.lives]


async def _part(house: House, plan: str, mails: int) -> Part:
    handle = house.client.get_workflow_handle(plan_workflow_id(plan))
    timers: list[datetime] = []
    decisions: list[datetime] = []
    history = await handle.fetch_history()
    for event in history.events:
        moment = event.event_time.ToDatetime()
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            timers.append(moment)
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            decisions.append(moment)
    began = history.events[0].event_time.ToDatetime()
    return Part(
        [(each - began).total_seconds() for each in timers],
        [(each - began).total_seconds() for each in decisions],
        mails,
    )


async def floor(parts: list[Part]) -> float:
    """Seconds that the bare workflows take, driven in the same way."""
    async with temporary_stack() as stack:
        client = await stack.temporal.connect()
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[BareWorkflow],
            activities=[nothing, mail],
            workflow_runner=workflow_runner(),
            graceful_shutdown_timeout=timedelta(),
        )
        async with worker:
            began = perf_counter()
            skipper = time_skipper(client)
            await asyncio.gather(*(_bare(skipper.client, skipper, part) for part in parts))
            return perf_counter() - began


async def _bare(client: Client, skipper: TimeSkipper, part: Part) -> None:
    handle = await client.start_workflow(
        BareWorkflow.run, part.score, id=f"bare-{new_id()}", task_queue=QUEUE
    )
    now = 0.0
    for index, at in enumerate(part.decisions):
        if at - now > 60:  # decisions of one afternoon follow each other at once
            await skipper.fast_forward(handle, timedelta(seconds=at - now))
            now = at
        is_last = index == len(part.decisions) - 1
        await handle.execute_update(BareWorkflow.decide, is_last, id=str(new_id()))
    await handle.result()


TEXT = """
Seconds from the first plan's entrance to the last mail (rehearsal), and for bare workflows with the
same number of timers, decisions and mails per plan, at the same virtual moments, driven in the same
way on the same kind of server (floor). In the floor a decision is an update with one empty local
activity, a mail one local activity that appends to a list; there is no log, no rule and no text.
The plans are those of `examples/rehearsals/the-eighteen.json`: {plans} plans with {timers} timers,
{decisions} decisions and {mails} mails in all. To reach: at most 1.5 times the floor.

{table}
"""
HEAD = ("round", "rehearsal", "of it mail", "floor", "ratio")


async def measure(rounds: int) -> str:
    rows: list[tuple[object, ...]] = []
    ratios: list[float] = []
    parts: list[Part] = []
    for number in range(1, rounds + 1):
        found, parts = await rehearsed()
        bare = await floor(parts)
        ratios.append(found.seconds / bare)
        mail_seconds = found.phases["mail"]
        figures = (found.seconds, mail_seconds, bare, ratios[-1])
        rows.append((number, *(f"{each:.2f}" for each in figures)))
    await settle()
    rows.append(("median", "", "", "", f"**{median(ratios):.2f}**"))
    return TEXT.format(
        plans=len(parts),
        timers=sum(len(part.timers) for part in parts),
        decisions=sum(len(part.decisions) for part in parts),
        mails=sum(part.mails for part in parts),
        table=table(HEAD, rows),
    )


def main() -> None:
    text = asyncio.run(measure(ROUNDS))
    print(text)
    write("Rehearsal beside its floor", text)
