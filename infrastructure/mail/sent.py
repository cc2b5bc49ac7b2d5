"""Answers: which mails went out, to whom, about which plans, and what do they say?"""

import json
from email import message_from_bytes, policy
from typing import Any

import asyncpg

SENT = """
    select id, party, day, kind, subject, address, status, carried::text as carried, settled_at
    from mail
    where ($1::text is null or party = $1)
      and ($2::text is null or exists (
          select from jsonb_array_elements(carried) c where c ->> 0 = 'plan/' || $2))
    order by day, id
"""
MESSAGE = "select message from mail where id = $1"


async def mails_sent(
    pool: asyncpg.Pool, *, party: str | None = None, plan: str | None = None
) -> list[dict[str, Any]]:
    """Every mail, the oldest first; `notices` names the reminders that it carried."""
    return [_mail(row) for row in await pool.fetch(SENT, party, plan)]


def _mail(row: Any) -> dict[str, Any]:
    carried = json.loads(row["carried"])
    return {
        "mail": row["id"],
        "on": row["day"].isoformat(),
        "to": row["party"],
        "address": row["address"],
        "kind": row["kind"],
        "subject": row["subject"],
        "status": row["status"],
        "settled_at": row["settled_at"].isoformat() if row["settled_at"] else None,
        "plans": sorted({stream.split("/")[1] for stream, _, _ in carried}),
        "notices": [notice for _, notice, _ in carried],
    }


async def mail_text(pool: asyncpg.Pool, mail: str) -> str | None:
    """The plain text of a mail; None when it was erased."""
    message: bytes | None = await pool.fetchval(MESSAGE, mail)
    if message is None:
        return None
    part = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
