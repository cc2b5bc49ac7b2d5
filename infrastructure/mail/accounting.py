"""Answers: which promised reminders are past their day without an account of what became of them?

Empty when all is well: it is a health check.
"""

from dataclasses import dataclass
from datetime import date

import asyncpg

from domain.calendar import add_working_days
from infrastructure.directory import Directory
from infrastructure.mail.outbox import Outbox
from infrastructure.mail.owed import mail_day

NEVER_DUE = """
select stream, notice, send_on from notice where status = 'planned' and send_on < $1
order by send_on, stream, notice
"""
# Due, but nobody is owed it any more and no outcome was recorded.
NOBODY_OWED = """
select n.stream, n.notice, n.send_on from notice n
where n.status = 'due' and n.send_on < $1 and not exists (
    select from outbox o where o.stream = n.stream and o.notice = n.notice and o.status = 'pending')
order by n.send_on, n.stream, n.notice
"""


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """A notice that should have come to its end."""

    stream: str
    notice: str
    party: str | None
    since: date
    why: str
    """`never_due`, `nobody_owed` or `not_sent`."""


async def unaccounted(
    pool: asyncpg.Pool, today: date, *, has_pause: bool = False
) -> list[Unaccounted]:
    """Promised for an earlier day and not due; or due and still not sent a working day later."""
    found = [
        Unaccounted(stream, notice, None, on, why)
        for query, why in ((NEVER_DUE, "never_due"), (NOBODY_OWED, "nobody_owed"))
        for stream, notice, on in await pool.fetch(query, today)
    ]
    parties = await Directory(pool).read()
    for owed in await Outbox(pool).pending(today):
        recipient = parties.recipient(owed.party)
        on = mail_day(owed.day, recipient, is_urgent=owed.is_urgent, has_pause=has_pause)
        if add_working_days(on, 1) < today:
            found.append(
                Unaccounted(f"plan/{owed.plan}", owed.notice.id, owed.party, on, "not_sent")
            )
    return found
