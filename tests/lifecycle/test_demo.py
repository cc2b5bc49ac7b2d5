"""A demo's calendar is moved on its own engine: plans live on, mail arrives, a kill is mended."""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.up import DEMO_DAY, Up, running_stack
from domain.calendar import local_day
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.embedded import places
from infrastructure.event_store.reader import Reader
from infrastructure.mail.accounting import unaccounted
from infrastructure.plans import Plans
from infrastructure.temporal import settle
from rehearsal.clock import moment_of, time_skipper

# One worker starts the two demos once.
pytestmark = [pytest.mark.xdist_group("moved"), pytest.mark.timeout(300)]
PROGRAM = (sys.executable, "-c", "from cli.app import main; main()")


@dataclass
class Demo:
    """A running demo, and commands on it as people give them."""

    up: Up
    folder: Path

    async def begin(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *PROGRAM,
            *words,
            "--data",
            str(self.folder),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *words: str) -> tuple[int | None, Any]:
        """The exit code, and the JSON answer."""
        process = await self.begin(*words, "--json")
        out, _ = await process.communicate()
        return process.returncode, json.loads(out) if out else None

    async def installed(self) -> installation.Installation:
        return await installation.read(self.up.pool)

    async def today(self) -> date:
        return local_day((await self.installed()).now(utc_now()))


@asynccontextmanager
async def _demo() -> AsyncIterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    async with running_stack(folder, is_demo=True, day=DEMO_DAY) as up:
        yield Demo(up, folder)
    await settle()
    await asyncio.to_thread(places.remove, folder)


@dataclass
class Moved:
    """A demo after an advance, and what the command said."""

    demo: Demo
    answer: Any
    refused: int | None = None


@pytest.fixture(scope="module")
async def waited() -> AsyncIterator[Moved]:
    """A month in which nobody does anything."""
    async with _demo() as demo:
        yield Moved(demo, (await demo.run("demo", "advance", "31"))[1])


@pytest.fixture(scope="module")
async def followed() -> AsyncIterator[Moved]:
    """A quarter in which all follow their calendar, killed on its way and finished."""
    async with _demo() as demo:
        killed = await demo.begin("demo", "advance", "2014-01-01", "--others", "follow")
        async with asyncio.timeout(60):
            while await _acts(demo) < 5:
                await asyncio.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        remark = demo.folder / "remark.json"
        remark.write_text('{"remark": "Ringet op"}')
        refused, _ = await demo.run("do", "nv-life", "add_remark", "--file", str(remark))
        _, answer = await demo.run("demo", "advance", "--others", "follow")
        yield Moved(demo, answer, refused)


async def test_on_new_years_day_there_are_eighteen_plans(followed: Moved) -> None:
    _, plans = await followed.demo.run("plans", "--as-of", "2014-01-01")

    assert len(plans["plans"]) == 18


async def test_an_advance_that_was_killed_is_finished_by_the_next(followed: Moved) -> None:
    installed = await followed.demo.installed()

    assert (followed.answer["to"], installed.target) == ("2014-01-01", None)


async def test_commands_are_refused_until_a_killed_advance_is_finished(followed: Moved) -> None:
    assert followed.refused == 75


async def test_a_killed_advance_does_nothing_twice(followed: Moved) -> None:
    twice = await followed.demo.up.pool.fetch(
        """
        select stream, data ->> 'sitting', data ->> 'ruling' from (
            select stream, data::jsonb as data from event
            where type = 'decision_recorded' and actor = 'expected') as decided
        group by 1, 2, 3 having count(*) > 1
        """
    )

    assert twice == []


async def test_plans_that_wait_get_their_reminders_all_the_same(waited: Moved) -> None:
    letters = waited.demo.up.stack.mailbox.letters()

    assert (waited.answer["acts"], waited.answer["unsent"]) == (0, 0)
    assert len(letters) >= waited.answer["mails"] > 0


async def test_after_an_advance_every_reminder_is_accounted_for(waited: Moved) -> None:
    assert await unaccounted(waited.demo.up.pool, date(2013, 11, 1)) == []


async def test_after_an_advance_all_clocks_stand_on_the_demos_moment(waited: Moved) -> None:
    demo = waited.demo
    skipper = time_skipper(demo.up.client)
    open_ids = await Plans(Reader(demo.up.pool)).open_ids()
    moments = await asyncio.gather(*(moment_of(skipper, plan) for plan in open_ids))
    now = (await demo.installed()).now(utc_now())

    assert await demo.today() == date(2013, 11, 1)
    assert [each for each in moments if abs(each - now) > timedelta(minutes=5)] == []


async def test_plans_of_a_running_installation_are_rehearsed_from_its_day_on(waited: Moved) -> None:
    demo = waited.demo
    before = await demo.up.pool.fetchval("select count(*) from event")
    words = ("--plan", "nv-life", "--until", "2014-06-01")
    code, played = await demo.run("rehearse", *words)

    life = played["lives"][0]
    first = min(mail["on"] for mail in life["mails"])
    assert (code, played["plans"], life["reached_on"]) == (0, 1, "2014-06-01")
    assert first >= "2013-11-01"
    assert await demo.up.pool.fetchval("select count(*) from event") == before


async def test_a_demo_is_moved_forward_only(waited: Moved) -> None:
    code, _ = await waited.demo.run("demo", "advance", "2013-10-15")

    assert (code, await waited.demo.today()) == (2, date(2013, 11, 1))


async def test_a_real_installation_has_no_calendar_to_move(short_folder: Path) -> None:
    async with running_stack(short_folder, is_demo=False, day=None) as up:
        real = Demo(up, short_folder)
        codes = [(await real.run("demo", *words))[0] for words in (("day",), ("advance", "1"))]
    await settle()

    assert codes == [5, 5]


async def _acts(demo: Demo) -> int:
    found: int = await demo.up.pool.fetchval("select count(*) from event where actor = 'expected'")
    return found
