"""Moves a demo's calendar: every plan's clock to one moment, on its own engine, and mail after."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Literal

import asyncpg
from temporalio.client import Client

from domain.calendar import at, local_day
from domain.values import TextRef
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.directory import Directory
from infrastructure.event_store import texts
from infrastructure.installation import Installation
from infrastructure.mail.outbox import Outbox
from infrastructure.mail.owed import mail_day
from infrastructure.plans import Plans
from rehearsal.acts import Part
from rehearsal.clock import moment_of, time_skipper
from rehearsal.driver import Driver, Entrance, Played
from rehearsal.play import silent
from rehearsal.script import NO_REASON
from workflows.courier import wake_courier
from workflows.driving import drive

ARRIVAL = clock(12, 0)
"""The morning's reminders have come; the afternoon's decisions are for whoever plays."""
STALL_SECONDS = 10.0
"""How long nothing may leave before the wait for the mail is given up."""
LOOK_SECONDS = 0.2

Others = Literal["follow", "wait"]


class NotADemo(Exception):
    """The installation has no calendar of its own."""


class BusyAdvancing(Exception):
    """Another process moves the demo at this moment."""


class Backwards(Exception):
    """The demo stands there already, or later."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its database, by the application's role, and its engine."""

    pool: asyncpg.Pool
    plans: Plans
    client: Client
    task_queue: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """What an advance came to."""

    start: date
    end: date
    plans: int
    acts: int
    mails: int
    """Mails that were sent because of it."""
    unsent: int
    """Reminders that are still on their way."""
    seconds: float


async def advance(
    demo: Demo,
    day: date | None,
    *,
    others: Others,
    mine: frozenset[str] = frozenset(),
    progress: Callable[[str, date], None] = silent,
) -> Advanced:
    """Move the demo to noon of a day; None finishes an advance that was killed.

    The target is stored first, and commands are refused until it is reached. With `follow` all
    plans but `mine` meet what is expected of them before that day. Raises NotADemo,
    BusyAdvancing or Backwards.
    """
    began = time.monotonic()
    async with demo.pool.acquire() as connection:
        if not await installation.try_lock(connection):
            raise BusyAdvancing
        try:
            what = await installation.read(connection)
            target = _target(what, day)
            start = local_day(what.now(utc_now()))
            sent_before = await Outbox(demo.pool).count_sent()
            await installation.aim(connection, target)
            played = await _played(demo, what, target, others, mine, progress)
            ahead = max((each.ahead for each in played), default=target - utc_now())
            await installation.arrive(connection, round(ahead.total_seconds()))
        finally:
            await installation.unlock(connection)
    unsent = await _mailed(demo)
    return Advanced(
        start=start,
        end=local_day(target),
        plans=len(played),
        acts=sum(each.acts for each in played),
        mails=await Outbox(demo.pool).count_sent() - sent_before,
        unsent=unsent,
        seconds=time.monotonic() - began,
    )


def _target(what: Installation, day: date | None) -> datetime:
    if what.kind != "demo":
        raise NotADemo
    if what.target is not None:
        return what.target
    target = at(day, ARRIVAL) if day is not None else None
    if target is None or target <= what.now(utc_now()):
        raise Backwards
    return target


async def _played(
    demo: Demo,
    what: Installation,
    target: datetime,
    others: Others,
    mine: frozenset[str],
    progress: Callable[[str, date], None],
) -> list[Played]:
    ids = await demo.plans.open_ids()
    await drive(
        demo.client, demo.task_queue, ids, offset_seconds=what.offset_seconds, is_virtual=True
    )
    skipper = time_skipper(demo.client)
    moments = await asyncio.gather(*(moment_of(skipper, each) for each in ids))
    stored = await texts.put(demo.pool, NO_REASON)
    why = TextRef(id=stored.id, digest=stored.digest)
    entrances = [
        Entrance(Part(plan, why, follows=others == "follow" and plan not in mine), moment)
        for plan, moment in zip(ids, moments, strict=True)
    ]
    driver = Driver(
        demo.client,
        demo.task_queue,
        demo.plans,
        until=local_day(target) - timedelta(days=1),
        curtain=target,
        progress=progress,
    )
    return await driver.play(entrances)


async def _mailed(demo: Demo) -> int:
    """Wake the courier and wait until nothing of past days is left; answers what is."""
    await wake_courier(demo.client, demo.task_queue)
    what = await installation.read(demo.pool)
    today, sent, moved_at = local_day(what.now(utc_now())), -1, time.monotonic()
    while (left := await _late(demo, today)) > 0:
        done = await Outbox(demo.pool).count_sent()
        if done != sent:
            sent, moved_at = done, time.monotonic()
        elif time.monotonic() - moved_at > STALL_SECONDS:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return left


async def _late(demo: Demo, today: date) -> int:
    """Reminders that should have gone before today."""
    parties = await Directory(demo.pool).read()
    pause = (await demo.plans.reference()).parameters.summer_pause
    days = [
        mail_day(day, parties.recipient(party), is_urgent=is_urgent, has_pause=pause)
        for party, is_urgent, day in await Outbox(demo.pool).first_days(today)
    ]
    return sum(day < today for day in days)
