"""One rehearsal from beginning to end: copies plans, plays them, mails into the void, and tells."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import asyncpg

from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.directory import Directory
from infrastructure.embedded.stack import EmbeddedStack
from infrastructure.event_store.reader import Reader
from infrastructure.importing.run import Access, import_path
from infrastructure.installation import Installation
from rehearsal.casting import Source, cast, chosen, end_of
from rehearsal.driver import Driver, Entrance
from rehearsal.house import House, private_house, wings
from rehearsal.lives import Life, Missed, life, not_accounted_for
from rehearsal.mail import by_plan, last_mail_day, mail_all
from rehearsal.script import NO_REASON, Script, Texts, check_plans, read_script

SOURCE = Installation("rehearsal", 0, None)


def silent(_plan: str, _day: date) -> None:
    """For those who do not watch."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to play: a folder or file in the format of imports, or the log of an installation."""

    path: Path | None = None
    database_url: str | None = None
    plans: frozenset[str] | None = None
    since: date | None = None
    """The day to begin on; None: files begin with the drafts."""
    until: date | None = None
    script: Path | None = None
    progress: Callable[[str, date], None] = silent


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it."""

    lives: tuple[Life, ...]
    reference: Reference
    names: dict[str, str]
    """Of the parties, by id."""
    missed: tuple[Missed, ...]
    mails: int
    seconds: float
    """From the first plan's entrance to the last mail, without the building of the house."""
    phases: dict[str, float] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        return sum(each.is_finished for each in self.lives)

    @property
    def events(self) -> int:
        return sum(len(each.events) for each in self.lives)


async def rehearse(wanted: Wanted) -> Rehearsal:
    """Raises Faulty for bad files, BadScript for a bad script, and NothingToPlay."""
    texts = Texts({})
    script = read_script(wanted.script, texts) if wanted.script else Script()
    why = texts.ref(NO_REASON)
    async with private_house() as (house, stack), source_of(wanted, script, stack) as source:
        if wanted.script is not None:
            check_plans(wanted.script, script, frozenset(await chosen(source)))
        cast_of = await cast(source, house, script, why)
        if not cast_of:
            raise NothingToPlay
        return await play(house, cast_of, wanted, script)


class NothingToPlay(Exception):
    """No plan was found that begins or goes on."""


@asynccontextmanager
async def source_of(wanted: Wanted, script: Script, stack: EmbeddedStack) -> AsyncIterator[Source]:
    async with AsyncExitStack() as open_:
        if wanted.database_url is not None:
            pool = await open_.enter_async_context(
                asyncpg.create_pool(wanted.database_url, min_size=1, max_size=2)
            )
        else:
            pool = await open_.enter_async_context(wings(stack))
            if wanted.path is not None:
                await import_path(wanted.path, Access(pool, SOURCE))
        yield Source(Reader(pool), pool, wanted.plans, wanted.since, script.running_on)


async def play(
    house: House, entrances: list[Entrance], wanted: Wanted, script: Script
) -> Rehearsal:
    began = time.monotonic()
    until = wanted.until or end_of(entrances, await _present(house, entrances))
    driver = Driver(
        house.client,
        house.task_queue,
        house.plans,
        until,
        records_here=True,
        progress=wanted.progress,
    )
    played = await driver.play(entrances)
    advanced = time.monotonic()
    last = max(each.reached_on for each in played)
    mails = await mail_all(house, script, last_mail_day(last))
    mailed = time.monotonic()
    of_plan = by_plan(mails)
    told = [await life(house.plans, each, of_plan.get(each.plan, ())) for each in played]
    return Rehearsal(
        lives=tuple(each for each, _ in told),
        reference=await house.plans.reference(),
        names=(await Directory(house.pool).read()).names,
        missed=(
            *(missed for _, found in told for missed in found),
            *await not_accounted_for(house.pool, last_mail_day(last)),
        ),
        mails=len(mails),
        seconds=mailed - began,
        phases={"advance": advanced - began, "mail": mailed - advanced},
    )


async def _present(house: House, entrances: list[Entrance]) -> list[Plan]:
    found = [await house.plans.load(each.plan) for each in entrances if each.draft is None]
    return [plan for plan in found if plan is not None]
