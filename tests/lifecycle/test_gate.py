"""Acts on shared streams take their turn by virtual time and plan, whatever the engine's pace."""

import asyncio
from datetime import UTC, datetime, timedelta

from rehearsal.gate import Gate

START = datetime(2014, 1, 1, 14, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


async def _pass(gate: Gate, plan: str, days: list[int], hurdles: int, done: list[str]) -> None:
    """A plan that acts on these days, each after so many turns of the loop."""
    for each in days:
        for _ in range(hurdles):
            await asyncio.sleep(0)
        async with gate.turn(plan, day(each)):
            done.append(f"{each}{plan}")
    gate.leave(plan)


async def test_the_slowest_plan_keeps_its_turn() -> None:
    gate, done = Gate([("a", START), ("b", START), ("c", START)]), list[str]()

    await asyncio.gather(
        _pass(gate, "c", [1, 4], 0, done),
        _pass(gate, "b", [2, 4], 5, done),
        _pass(gate, "a", [3, 4], 50, done),
    )

    assert done == ["1c", "2b", "3a", "4a", "4b", "4c"]


async def test_a_plan_that_left_is_waited_for_no_longer() -> None:
    gate, done = Gate([("a", START), ("b", START)]), list[str]()
    late = asyncio.create_task(_pass(gate, "b", [9], 0, done))
    await asyncio.sleep(0)

    gate.leave("a")
    await late

    assert done == ["9b"]
