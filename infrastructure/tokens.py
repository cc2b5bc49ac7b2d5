"""Answers: whose is a token of the command line? Only its digest is kept, and only the owner issues.

A token says who acts; what that person may do comes with the permissions.
"""

import hashlib
import secrets

import asyncpg

OWNER = "select party from token where digest = $1"
ISSUE = "insert into token (digest, party) values ($1, $2)"
REVOKE = "with gone as (delete from token where party = $1 returning 1) select count(*) from gone"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def owner(database: asyncpg.Pool, token: str) -> str | None:
    """The party that a token was issued to, or None."""
    party: str | None = await database.fetchval(OWNER, _digest(token))
    return party


async def issue(owner_dsn: str, party: str) -> str:
    """A new token for a party; it is shown this once. Older ones of the party stay valid."""
    token = secrets.token_urlsafe(32)
    connection = await asyncpg.connect(owner_dsn)
    try:
        await connection.execute(ISSUE, _digest(token), party)
    finally:
        await connection.close()
    return token


async def revoke(owner_dsn: str, party: str) -> int:
    """Take back every token of a party; how many there were."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        return int(await connection.fetchval(REVOKE, party))
    finally:
        await connection.close()
