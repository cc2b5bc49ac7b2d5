"""The same rehearsal twice is the same: stream by stream, in type, data and day."""

from datetime import date

import asyncpg
import pytest

from infrastructure.temporal import settle
from rehearsal.casting import Source, cast
from rehearsal.house import private_house
from rehearsal.play import Wanted, play, source_of
from rehearsal.script import NO_REASON, Script, Texts, read_script
from tests.lifecycle.conftest import SAMPLE, SCRIPT

PLANS = frozenset({"paerehaven", "hasselhaven", "amagerbro", "brombaerhaven"})
RECORDED = "select stream, version, type, data, valid_on from event order by stream, version"


async def _streams(source: Source, wanted: Wanted) -> list[tuple[object, ...]]:
    texts = Texts({})
    script = read_script(SCRIPT, texts)
    async with private_house() as (house, _):
        entrances = await cast(source, house, script, texts.ref(NO_REASON))
        await play(house, entrances, wanted, script)
        rows = await house.pool.fetch(RECORDED)
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("since", [None, date(2013, 10, 1)], ids=["drafts", "middle"])
async def test_a_rehearsal_repeats_exactly(since: date | None) -> None:
    wanted = Wanted(path=SAMPLE, plans=PLANS, since=since, until=date(2014, 7, 31))
    async with private_house() as (_, stack), source_of(wanted, Script(), stack) as source:
        runs = [await _streams(source, wanted) for _ in range(2)]
    await settle()

    assert runs[0] == runs[1]


async def test_a_rehearsal_leaves_the_log_that_it_plays_from_as_it_was() -> None:
    wanted = Wanted(path=SAMPLE, plans=PLANS, since=date(2013, 10, 1), until=date(2013, 12, 1))
    texts = Texts({})

    async def state(pool: asyncpg.Pool) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await pool.fetch("select position, hash from event")]

    async with private_house() as (house, stack), source_of(wanted, Script(), stack) as source:
        before = await state(source.pool)
        entrances = await cast(source, house, Script(), texts.ref(NO_REASON))
        await play(house, entrances, wanted, Script())
        after = await state(source.pool)
    await settle()

    assert after == before
