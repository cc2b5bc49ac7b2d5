"""Answers: which installation does a command work on, and how does it reach its parts?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import asyncpg
from pydantic import ValidationError
from temporalio.client import Client

from cli.options import Asked, Lang
from cli.problems import Away, BadUsage
from domain.calendar import local_day
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.embedded.places import default_data
from infrastructure.embedded.running import find_running
from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.event_store.reader import Reader
from infrastructure.installation import Installation
from infrastructure.plans import Plans
from infrastructure.settings import Settings, settings
from infrastructure.temporal import connect

CONNECTIONS = 4


@dataclass
class Access:
    """What a command may use. Temporal is met only by those that need it."""

    settings: Settings
    pool: asyncpg.Pool
    plans: Plans
    installation: Installation
    lang: Lang
    mail_folder: Path | None = None
    """Where the mail of an embedded stack lies."""
    _client: Client | None = field(default=None, repr=False)

    @property
    def reader(self) -> Reader:
        return self.plans.reader

    def now(self) -> datetime:
        """The installation's own moment: a demo's calendar is its own."""
        return self.installation.now(utc_now())

    def today(self) -> date:
        return local_day(self.now())

    async def client(self) -> Client:
        """Temporal; raises Away when it does not answer."""
        if self._client is None:
            try:
                self._client = await connect(self.settings)
            except RuntimeError as error:
                raise Away(
                    "Temporal svarer ikke. Kør `helhedsplan doctor`, og prøv igen.",
                    "Temporal does not answer. Run `helhedsplan doctor`, and try again.",
                ) from error
        return self._client


def find_settings(asked: Asked) -> tuple[Settings, Path | None]:
    """Where the stack answers, and its mail folder. Raises Away when there is none to be found."""
    stated = _stated()
    if asked.data is None and stated.database_url is not None:
        return stated, None
    data = asked.data or stated.data or default_data()
    running = find_running(data)
    if running is None:
        raise Away(
            f"Der kører ingen installation på {data}. Start den med `helhedsplan up --data {data}`,"
            " vælg en anden mappe med --data, eller sæt DATABASE_URL og TEMPORAL_ADDRESS.",
            f"No installation runs on {data}. Start one with `helhedsplan up --data {data}`, name"
            " another folder with --data, or set DATABASE_URL and TEMPORAL_ADDRESS.",
            data=str(data),
        )
    return running.settings(), Path(running.mail_folder)


def _stated() -> Settings:
    try:
        return settings()
    except ValidationError as error:
        faults = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise BadUsage(
            f"Miljøet er sat forkert: {faults}. docs/operations.md siger, hvad der kan stå.",
            f"The environment is set wrongly: {faults}. docs/operations.md says what it may hold.",
        ) from error


@asynccontextmanager
async def open_access(asked: Asked) -> AsyncIterator[Access]:
    """Everything a command may use, for as long as it runs."""
    found, mail_folder = find_settings(asked)
    try:
        pool = await asyncpg.create_pool(
            found.database_url,
            min_size=1,
            max_size=CONNECTIONS,
            command_timeout=60,
            server_settings={"application_name": "helhedsplan-cli", "timezone": "UTC"},
        )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnavailable(str(error)) from error
    async with pool:
        what = await installation.read(pool)
        plans = Plans(Reader(pool))
        yield Access(found, pool, plans, what, asked.language, mail_folder)
