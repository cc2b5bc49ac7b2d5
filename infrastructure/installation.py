"""Answers: is this installation real, a demo or a rehearsal, and which moment is it there?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import asyncpg

Kind = Literal["production", "demo", "rehearsal"]

READ = "select kind, offset_seconds, target from installation"
CREATE = """
    insert into installation (kind, offset_seconds) values ($1, $2) on conflict do nothing
"""
AIM = "update installation set target = $1"
# Held by whoever moves a demo; any constant that no other lock uses.
LOCK = "select pg_try_advisory_lock(7215003)"
UNLOCK = "select pg_advisory_unlock(7215003)"
ARRIVE = "update installation set offset_seconds = $1, target = null"


@dataclass(frozen=True, slots=True)
class Installation:
    """Only a demo or rehearsal has a calendar of its own: its now is the real one moved on."""

    kind: Kind
    offset_seconds: int
    target: datetime | None
    """Where a demo is being advanced to; commands are refused until it has arrived."""

    @property
    def is_virtual(self) -> bool:
        return self.kind != "production"

    def now(self, real_now: datetime) -> datetime:
        """The installation's own moment."""
        return real_now + timedelta(seconds=self.offset_seconds)


PRODUCTION = Installation("production", 0, None)


async def create(owner: asyncpg.Connection | asyncpg.Pool, kind: Kind, offset_seconds: int) -> None:
    """Say once what an installation is; what was said before stands."""
    await owner.execute(CREATE, kind, offset_seconds)


async def read(database: asyncpg.Connection | asyncpg.Pool) -> Installation:
    """What was said; an installation that never said anything is real."""
    row: Any = await database.fetchrow(READ)
    return PRODUCTION if row is None else Installation(*row)


async def aim(database: asyncpg.Connection | asyncpg.Pool, target: datetime) -> None:
    """Store where an advance leads before it begins, so that it can go on after a kill."""
    await database.execute(AIM, target)


async def arrive(database: asyncpg.Connection | asyncpg.Pool, offset_seconds: int) -> None:
    await database.execute(ARRIVE, offset_seconds)


async def try_lock(connection: asyncpg.Connection) -> bool:
    """Be the one who moves the demo, until `unlock` or the connection's end; False when another is."""
    return await connection.fetchval(LOCK) is True


async def unlock(connection: asyncpg.Connection) -> None:
    await connection.execute(UNLOCK)
