"""Reads what is owed by mail and keeps the mails: the tables `outbox` and `mail`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import asyncpg

from infrastructure.mail.message import Mail
from infrastructure.mail.owed import Owed, owed_of_row

PENDING = """
select stream, notice, party, day, facts from outbox
where status = 'pending' and day <= $1 order by day, stream, notice, party
"""
CARRIED = """
select stream, notice, party, day, facts from outbox
where status = 'pending' and (stream, notice, party) in (
    select 'plan/' || (e ->> 0), e ->> 1, e ->> 2 from jsonb_array_elements($1::jsonb) e)
order by day, stream, notice, party
"""
FIRST = """
select party, urgent, min(day) from outbox where status = 'pending' and day <= $1
group by party, urgent
"""
KEEP = """
insert into mail (id, party, day, kind, subject, address, message, carried, status, created_at,
    settled_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict do nothing
"""
SETTLE = "update mail set status = $2, settled_at = $3 where id = $1 and status = 'sending'"
UNDO = "delete from mail where id = $1 and status = 'sending'"
_MAIL = """
select id, party, day, kind, subject, address, message, carried, status, settled_at from mail
"""
UNFINISHED = f"{_MAIL} where status = 'sending' order by day, id"
SENT = f"""
{_MAIL} where status <> 'sending' and ($1::text is null or party = $1)
and ($2::text is null or carried @> jsonb_build_array(jsonb_build_array($2)))
order by day desc, id limit $3
"""
COUNT_SENT = "select count(*) from mail where status <> 'sending'"
ONE = f"{_MAIL} where id = $1"
OUTCOME = "select status from outbox where mail_id = $1 limit 1"


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail as the table has it."""

    mail: Mail
    status: Literal["sending", "sent", "bounced"]
    settled_at: datetime | None


class Outbox:
    """What is owed, and what was sent."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def pending(self, until: date) -> list[Owed]:
        """Rows that nobody has settled, up to a day, oldest first."""
        return [owed_of_row(row) for row in await self._pool.fetch(PENDING, until)]

    async def carried(self, mail: Mail) -> list[Owed]:
        """The rows of a mail that nobody has settled."""
        rows = await self._pool.fetch(CARRIED, json.dumps(mail.carried))
        return [owed_of_row(row) for row in rows]

    async def first_days(self, until: date) -> list[tuple[str, bool, date]]:
        """The oldest day that each party is owed something for, urgent or not."""
        return [tuple(row) for row in await self._pool.fetch(FIRST, until)]

    async def keep(
        self, mails: Iterable[Mail], status: str, at: datetime, *, has_message: bool = True
    ) -> None:
        """Write mails down: `sending` before they leave, or with their outcome."""
        rows = [
            (
                *(m.id, m.party, m.day, m.kind, m.subject, m.address),
                *(m.message if has_message else None, *_end(m, status, at)),
            )
            for m in mails
        ]
        await self._pool.executemany(KEEP, rows)

    async def finish(self, mail: str, status: str, at: datetime) -> None:
        await self._pool.execute(SETTLE, mail, status, at)

    async def undo(self, mail: str) -> None:
        """It certainly was not sent: what it carried is gathered anew."""
        await self._pool.execute(UNDO, mail)

    async def unfinished(self) -> list[Kept]:
        """Mails that may or may not have left before a crash."""
        return [_kept(row) for row in await self._pool.fetch(UNFINISHED)]

    async def recorded_outcome(self, mail: str) -> str | None:
        """What the log already knows of a mail."""
        status: str | None = await self._pool.fetchval(OUTCOME, mail)
        return status

    async def sent(
        self, party: str | None = None, plan: str | None = None, limit: int = 100
    ) -> list[Kept]:
        """The newest mails, to one party or about one plan."""
        return [_kept(row) for row in await self._pool.fetch(SENT, party, plan, limit)]

    async def count_sent(self) -> int:
        """All mails that have come to their end."""
        count: int = await self._pool.fetchval(COUNT_SENT)
        return count

    async def one(self, mail: str) -> Kept | None:
        row = await self._pool.fetchrow(ONE, mail)
        return _kept(row) if row else None


def _end(mail: Mail, status: str, at: datetime) -> tuple[str, str, datetime, datetime | None]:
    return json.dumps(mail.carried), status, at, None if status == "sending" else at


def _kept(row: Any) -> Kept:
    carried = tuple((plan, notice, party) for plan, notice, party in json.loads(row["carried"]))
    mail = Mail(
        id=row["id"],
        party=row["party"],
        address=row["address"] or "",
        day=row["day"],
        kind=row["kind"],
        subject=row["subject"],
        write=lambda: row["message"] or b"",
        carried=carried,
    )
    return Kept(mail, row["status"], row["settled_at"])
