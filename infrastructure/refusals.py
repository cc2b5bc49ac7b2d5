"""Answers: which signalled commands were refused, and why?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from infrastructure.event_store.records import canonical_json

PUT = """
    insert into refusal (stream, command_id, actor, code, facts, at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (stream, command_id) do nothing
"""


@dataclass(frozen=True)
class Refusals:
    pool: asyncpg.Pool

    async def put(
        self,
        *,
        stream: str,
        command_id: UUID,
        actor: str,
        code: str,
        facts: dict[str, Any],
        at: datetime,
    ) -> None:
        """Keep a refusal once per command."""
        await self.pool.execute(PUT, stream, command_id, actor, code, canonical_json(facts), at)
