"""The read-model tables in bulk: what they should hold, and the swap that makes them hold it."""

from typing import Any

import asyncpg

from infrastructure.event_store.folders import Rows

COLUMNS: dict[str, tuple[str, ...]] = {
    "state_row": ("stream", "kind", "version", "facets", "body"),
    "task": ("stream", "task", "role", "party", "since", "due_on", "detail"),
    "notice": (
        *("stream", "notice", "deadline", "kind", "send_on", "status"),
        *("planned_at", "due_at", "settled_at", "detail"),
    ),
    "outbox": (
        *("stream", "notice", "party", "day", "urgent", "template", "facts"),
        *("status", "mail_id", "created_at", "settled_at"),
    ),
}
KEYS: dict[str, tuple[str, ...]] = {
    "state_row": ("stream",),
    "task": ("stream", "task", "role", "party"),
    "notice": ("stream", "notice"),
    "outbox": ("stream", "notice", "party"),
}
JSON_COLUMNS = frozenset({"facets", "detail", "facts"})
Row = tuple[Any, ...]


def rows_of(rows: Rows, table: str) -> list[Row]:
    """The rows of one table, their columns in the order of COLUMNS."""
    if table == "state_row":
        return [
            (stream, row.kind, version, row.facets, row.body)
            for stream, (row, version) in rows.states.items()
        ]
    if table == "task":
        return [
            (key[0], t.task, t.role, t.party, t.since, t.due_on, t.detail)
            for key, t in rows.tasks.items()
        ]
    found = rows.notices.values() if table == "notice" else rows.outbox.values()
    return [tuple(getattr(row, column) for column in COLUMNS[table]) for row in found]


async def stage(connection: asyncpg.Connection, rows: Rows) -> None:
    """Puts all rows into temporary tables `staged_<table>` of this session."""
    for table, columns in COLUMNS.items():
        await connection.execute(f"drop table if exists pg_temp.staged_{table}")
        await connection.execute(f"create temporary table staged_{table} (like public.{table})")
        await connection.copy_records_to_table(
            f"staged_{table}", records=rows_of(rows, table), columns=columns
        )
        await connection.execute(f"analyze staged_{table}")


async def keep_settled(connection: asyncpg.Connection) -> int:
    """What was sent, bounced or suppressed stays so, whatever the log says: no second mail."""
    return _count(
        await connection.execute(
            """
            update staged_outbox s
            set status = o.status, mail_id = o.mail_id, settled_at = o.settled_at
            from outbox o
            where (o.stream, o.notice, o.party) = (s.stream, s.notice, s.party)
                and s.status = 'pending' and o.status <> 'pending'
            """
        )
    )


async def swap(connection: asyncpg.Connection, table: str) -> tuple[int, int]:
    """Makes the table equal to the staged one: (rows removed or replaced, rows written)."""
    key = COLUMNS[table][0]
    same_key = " and ".join(
        f"coalesce(t.{c}, '') = coalesce(s.{c}, '')" if c == "party" else f"t.{c} = s.{c}"
        for c in KEYS[table]
    )
    ours = ", ".join(f"t.{c}" for c in COLUMNS[table])
    staged = ", ".join(f"s.{c}" for c in COLUMNS[table])
    removed = await connection.execute(
        f"""
        delete from {table} where ctid in (
            select t.ctid from {table} t left join staged_{table} s on {same_key}
            where s.{key} is null or ({ours}) is distinct from ({staged}))
        """  # noqa: S608 - names of our own tables and columns
    )
    written = await connection.execute(
        f"""
        insert into {table} ({", ".join(COLUMNS[table])})
        select {staged} from staged_{table} s
        where not exists (select from {table} t where {same_key})
        """  # noqa: S608 - as above
    )
    return _count(removed), _count(written)


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[1])
