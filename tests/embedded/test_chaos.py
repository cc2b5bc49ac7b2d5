"""Children are killed again and again while rows are written: what was acknowledged stays."""

import asyncio
import random
from pathlib import Path

import asyncpg
import pytest
from temporalio.service import RPCError

from infrastructure.embedded.postgres import OWNER
from infrastructure.embedded.stack import EmbeddedStack
from infrastructure.embedded.temporal import EmbeddedTemporal
from infrastructure.temporal import settle
from tests.embedded.test_children import RETRIED, ask, kill

ROUNDS = 25


async def write(dsn: str, number: int) -> None:
    """One acknowledged row, sent again until the server says yes."""
    async with asyncio.timeout(60):
        while True:
            try:
                connection = await asyncpg.connect(dsn)
                try:
                    await connection.execute(
                        "insert into kept values ($1) on conflict do nothing", number
                    )
                finally:
                    await connection.close()
            except RETRIED:
                await asyncio.sleep(0.01)
            else:
                return


async def is_well(server: EmbeddedTemporal) -> bool:
    """Ask until it answers: its last restart may still be under way."""
    async with asyncio.timeout(60):
        while True:
            try:
                client = await server.connect()
                return await client.service_client.check_health()
            except (RuntimeError, RPCError):
                await asyncio.sleep(0.02)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [2013, 2014])
async def test_no_acknowledged_row_is_lost_to_repeated_kills(short_folder: Path, seed: int) -> None:
    dice = random.Random(seed)
    async with EmbeddedStack(short_folder / "data", has_ui=False) as stack:
        dsn = stack.postgres.dsn(OWNER)
        await ask(dsn, "create table kept (number int primary key)")
        for number in range(ROUNDS):
            writing = asyncio.create_task(write(dsn, number))
            await asyncio.sleep(dice.random() * 0.05)
            kill(stack.postgres if dice.random() < 0.5 else stack.temporal)
            await writing

        assert await ask(dsn, "select count(*) from kept") == ROUNDS
        assert await is_well(stack.temporal)
    await settle()
