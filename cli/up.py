"""`helhedsplan up`: Postgres, Temporal, worker and mailbox in one supervised program."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from temporalio.client import Client

from cli.cells import needed_day
from cli.options import Asked, Data, Json, Language, both
from cli.problems import Away, Problem, Refused
from cli.running import end
from domain.calendar import at, local_day
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.embedded.places import default_data
from infrastructure.embedded.running import AlreadyRunning
from infrastructure.embedded.stack import EmbeddedStack, stop_requested
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.reader import Reader
from infrastructure.installation import Installation
from infrastructure.logging import configure_logging
from infrastructure.plans import Plans
from infrastructure.settings import Settings, settings
from infrastructure.temporal import connect, settle
from worker import begin_house, running_worker
from workflows.driving import drive

DEMO_DAY = date(2013, 10, 1)
"""A day of the sample on which plans wait at the forum, in committees and for reports."""
NOON = time(12, 0)
SAMPLE = Path(__file__).parents[1] / "examples" / "koebenhavn"


@dataclass(frozen=True)
class Up:
    """A stack that is ready for work."""

    stack: EmbeddedStack
    settings: Settings
    client: Client
    pool: asyncpg.Pool
    installation: Installation


def up(
    data: Data = None,
    is_demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help=both(
                "Med prøvedata og egen kalender", "With the sample and a calendar of its own"
            ),
        ),
    ] = False,
    is_once: Annotated[
        bool,
        typer.Option(
            "--once",
            help=both(
                "Tag én plan gennem dens næste beslutning, skriv JSON og stop",
                "Take one plan through its next decision, print JSON and stop",
            ),
        ),
    ] = False,
    today: Annotated[
        str | None,
        typer.Option(
            "--today", metavar="DATO", help=both("Demoens første dag", "The demo's first day")
        ),
    ] = None,
    lang: Language = None,
    is_json: Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    configure_logging("WARNING")
    try:
        day = needed_day(today, "--today") if today else None
        if day is not None and not (is_demo or is_once):
            raise _no_demo_to_date()
        asyncio.run(_up(asked, is_demo=is_demo or is_once, is_once=is_once, day=day))
    except AlreadyRunning as error:
        folder = str(error.data)
        problem = Away(
            f"Der kører allerede en installation på {folder} (proces {error.pid}). Stop den, eller"
            " vælg en anden mappe med --data.",
            f"An installation already runs on {folder} (process {error.pid}). Stop it, or choose"
            " another folder with --data.",
            data=folder,
            pid=error.pid,
        )
        end(asked, problem)
    except Problem as problem:
        end(asked, problem)


up.__doc__ = both(
    "Start det hele på en mappe; Ctrl-C stopper, og næste start går videre, hvor den slap.",
    "Start everything on a folder; Ctrl-C stops it, and a later start goes on where it was.",
)


def _no_demo_to_date() -> Refused:
    return Refused(
        "not_a_demo",
        "Kun en demo har sin egen dag. Brug --today sammen med --demo, eller udelad den.",
        "Only a demo has a day of its own. Use --today together with --demo, or leave it out.",
    )


async def _up(asked: Asked, *, is_demo: bool, is_once: bool, day: date | None) -> None:
    stop = stop_requested()
    data = asked.data or settings().data or default_data()
    async with running_stack(data, is_demo=is_demo, day=day) as ready:
        if is_once:
            from cli.once import once

            await once(ready)
        else:
            _greet(ready)
            await stop
            print(both("Stopper …", "Stopping …"), file=sys.stderr)
    await settle()


@asynccontextmanager
async def running_stack(data: Path, *, is_demo: bool, day: date | None) -> AsyncIterator[Up]:
    """Everything on a folder, ready for work: migrated, driven again, and announced."""
    async with EmbeddedStack(data, is_announced=False) as stack:
        configured = stack.info.settings()
        await migrate(stack.info.database_owner_url)
        what = await _installed(stack.info.database_owner_url, is_demo=is_demo, day=day)
        client = await connect(configured)
        async with (
            asyncpg.create_pool(stack.info.database_url, min_size=1, max_size=4) as pool,
            running_worker(client, stack.info.database_url, configured.task_queue, configured),
        ):
            ready = Up(stack, configured, client, pool, what)
            if is_demo:
                await _import_sample(ready)
            await drive(
                client,
                configured.task_queue,
                await Plans(Reader(pool)).open_ids(),
                offset_seconds=what.offset_seconds,
                is_virtual=what.is_virtual,
            )
            await begin_house(client, configured)
            stack.announce()
            yield ready


async def _installed(owner_url: str, *, is_demo: bool, day: date | None) -> Installation:
    """Say once what the installation is, and hold later starts to it."""
    owner = await asyncpg.connect(owner_url)
    try:
        first = at(day or DEMO_DAY, NOON)
        offset = int((first - utc_now()).total_seconds()) if is_demo else 0
        await installation.create(owner, "demo" if is_demo else "production", offset)
        what = await installation.read(owner)
    finally:
        await owner.close()
    if is_demo and what.kind != "demo":
        raise Refused(
            "not_a_demo",
            "Mappen hører til en rigtig installation, som ikke har demoens kalender. Vælg en anden"
            " mappe med --data.",
            "The folder holds a real installation, which has no calendar of a demo. Choose another"
            " folder with --data.",
        )
    stands_on = local_day(what.now(utc_now()))
    if day not in (None, stands_on):
        raise Refused(
            "demo_has_its_day",
            f"Demoen på mappen står allerede på {stands_on}. Udelad --today, og spol den frem med"
            " `helhedsplan demo advance`, eller vælg en ny mappe med --data.",
            f"The demo of the folder stands on {stands_on} already. Leave --today out and move it"
            " with `helhedsplan demo advance`, or choose a new folder with --data.",
            today=stands_on.isoformat(),
        )
    return what


async def _import_sample(ready: Up) -> None:
    """Import again adds nothing, so a start that was killed in the middle is mended here."""
    from infrastructure.importing import import_path

    await import_path(SAMPLE, ready)


def _greet(ready: Up) -> None:
    info = ready.stack.info
    today = local_day(ready.installation.now(utc_now()))
    lines = {
        both("Mappe", "Folder"): info.data,
        both("Dag", "Day"): today.isoformat(),
        "Postgres": info.database_url,
        "Temporal": f"{info.temporal_address} ({info.temporal_ui_url})",
        both("Mail", "Mail"): f"{info.smtp_url} → {info.mail_folder}",
    }
    for name, value in lines.items():
        print(f"{name + ':':10}{value}")
    print(both("Klar. Stop med Ctrl-C.", "Ready. Stop with Ctrl-C."), flush=True)
