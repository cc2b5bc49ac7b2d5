"""What people write: kept beside the log, named in it by id and salted hash, and erasable."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from infrastructure.event_store import border

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class StoredText:
    """What a command or an event carries of a text: `digest` is sha256(salt, body) in hex."""

    id: UUID
    digest: str


class TextState(StrEnum):
    """What verification says of a reference."""

    OK = "ok"
    ERASED = "erased"
    MISSING = "missing"
    BROKEN = "broken"


async def put(connection: asyncpg.Connection | asyncpg.Pool, body: str) -> StoredText:
    """Stores a text; raises BadData for NUL and lone surrogates."""
    border.check_characters(body, "text")
    salt = secrets.token_bytes(_SALT_BYTES)
    text_id = await connection.fetchval(
        "insert into text (salt, body) values ($1, $2) returning id", salt, body
    )
    return StoredText(text_id, digest(salt, body))


async def get(connection: asyncpg.Connection | asyncpg.Pool, text_id: UUID) -> str | None:
    """The body; None when it was erased or never was."""
    body: str | None = await connection.fetchval("select body from text where id = $1", text_id)
    return body


async def get_many(
    connection: asyncpg.Connection | asyncpg.Pool, ids: list[UUID]
) -> dict[UUID, str]:
    """The bodies that are still there."""
    found = await connection.fetch(
        "select id, body from text where id = any ($1) and body is not null", ids
    )
    return {row["id"]: row["body"] for row in found}


async def erase(connection: asyncpg.Connection | asyncpg.Pool, text_id: UUID, at: datetime) -> bool:
    """Takes body and salt away for good; False when there was nothing left to erase."""
    return bool(await connection.fetchval("select erase_text($1, $2)", text_id, at))


async def state(
    connection: asyncpg.Connection | asyncpg.Pool, text_id: UUID, expected_digest: str
) -> TextState:
    """Whether the text is still the one that the log names."""
    row = await connection.fetchrow("select salt, body, erased_at from text where id = $1", text_id)
    if row is None:
        return TextState.MISSING
    return judge(row["salt"], row["body"], row["erased_at"], expected_digest)


def judge(
    salt: bytes | None, body: str | None, erased_at: datetime | None, expected_digest: str
) -> TextState:
    """The same for a row already read."""
    if erased_at is not None or salt is None or body is None:
        return TextState.ERASED
    same = hmac.compare_digest(digest(salt, body), expected_digest)
    return TextState.OK if same else TextState.BROKEN


def digest(salt: bytes, body: str) -> str:
    return hashlib.sha256(salt + body.encode()).hexdigest()
