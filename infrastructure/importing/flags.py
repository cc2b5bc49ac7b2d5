"""Answers: which rules of today did a plan's imported history break?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import msgspec

from infrastructure.plans import plan_stream

READ = """
    select sheet, number, on_day, code, facts::text as facts from import_flag
    where stream = $1 order by ordinal
"""


@dataclass(frozen=True, slots=True)
class KeptFlag:
    """A flag as it was kept: the `number`-th row of the plan in a sheet, and the refusal's code."""

    sheet: str
    number: int
    on: date
    code: str
    facts: dict[str, Any]


async def kept_flags(database: asyncpg.Connection | asyncpg.Pool, plan: str) -> list[KeptFlag]:
    """In the order of import; none for a plan that broke no rule or was not imported."""
    rows: list[Any] = await database.fetch(READ, plan_stream(plan))
    return [
        KeptFlag(r["sheet"], r["number"], r["on_day"], r["code"], msgspec.json.decode(r["facts"]))
        for r in rows
    ]
