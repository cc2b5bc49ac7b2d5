"""Worker, Postgres and Temporal are killed with -9 while many plans live: the log never shows it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.faults import proof
from tests.faults.lives import COMMANDS, Lives, plan_ids
from tests.faults.town import Town, dice_of, keep_worker, kill, revive, running_town
from tests.workflow.conftest import publish_reference
from worker import running_worker


@contextlib.asynccontextmanager
async def kept_up(town: Town) -> AsyncIterator[None]:
    keeping = asyncio.create_task(keep_worker(town.worker))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def undisturbed(
    database: Database, client: Client, task_queue: str, plans: list[str]
) -> dict[str, proof.Content]:
    """What the same lives leave in the log when nothing is killed."""
    async with Writer.open(database.app_dsn) as writer:
        await publish_reference(writer)
    async with running_worker(client, database.app_dsn, task_queue):
        await Lives(client, task_queue, plans).live()
    return proof.contents(await proof.whole_log(database.app_dsn))


async def disturbed(town: Town, plans: list[str], kills: int, seed: int | None) -> Lives:
    """Live through kills, each of which begins after some answer, at any moment of the next."""
    dice = dice_of(seed)
    moments = sorted(dice.sample(range(1, len(plans) * len(COMMANDS)), kills))
    victims = [town.services[number % 3] for number in range(kills)]
    dice.shuffle(victims)
    answered = asyncio.Event()

    def heard(_count: int) -> None:
        answered.set()

    lives = Lives(await town.client(), town.task_queue, plans, on_answer=heard)
    living = asyncio.create_task(lives.live())
    for moment, victim in zip(moments, victims, strict=True):
        while len(lives.acknowledged) < moment:
            answered.clear()
            waiting = asyncio.create_task(answered.wait())
            await asyncio.wait([living, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if living.done():
                await living  # nobody gives up: it is the error that is to be seen
        await asyncio.sleep(dice.random() * 0.1)  # any moment of the next commands
        print(f"{victim.name} killed after {len(lives.acknowledged)} answers")
        kill(victim)
        if victim is not town.worker:
            await revive(victim)
    await living
    print(f"{lives.sent_again} commands sent again")
    return lives


async def prove(town: Town, lives: Lives, expected: dict[str, proof.Content]) -> None:
    events = await proof.whole_log(town.postgres.dsn())

    assert proof.broken_links(events) == []
    assert proof.gaps(events) == []
    assert proof.recorded_otherwise(events, lives.acknowledged) == []
    assert len(lives.acknowledged) == len(lives.plans) * len(COMMANDS)
    assert await proof.found_by_verify(town.postgres.dsn()) == []
    assert proof.contents(events) == expected


@pytest.mark.xdist_group("faults: kills")
async def test_kills_at_any_moment_leave_the_log_of_a_quiet_run(
    town: Town, database: Database, temporal: Client, task_queue: str
) -> None:
    plans = plan_ids(12)
    expected = await undisturbed(database, temporal, task_queue, plans)

    async with kept_up(town):
        lives = await disturbed(town, plans, kills=6, seed=None)

    await prove(town, lives, expected)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [2012, 2013, 2014, None])
async def test_many_kills_leave_the_log_of_a_quiet_run(
    database: Database, temporal: Client, task_queue: str, seed: int | None
) -> None:
    plans = plan_ids(24)
    expected = await undisturbed(database, temporal, task_queue, plans)

    async with running_town() as town:
        async with kept_up(town):
            lives = await disturbed(town, plans, kills=40, seed=seed)

        await prove(town, lives, expected)
