"""Checks the log in place: chain, versions, texts, an anchored head, and the read models."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg

from infrastructure.event_store import chain, tables, texts
from infrastructure.event_store.folders import Folder, Folding, Rows, without_collector
from infrastructure.event_store.pages import pages
from infrastructure.event_store.reader import NO_HASH
from infrastructure.event_store.records import RecordedEvent
from infrastructure.event_store.texts import TextState

MOST_FAULTS = 100
_TEXT = re.compile(
    r'\{"digest":"(?P<digest>[0-9a-f]{64})","id":"(?P<id>[0-9a-f]{8}-[0-9a-f-]{27})"\}'
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that was kept outside the database."""

    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is one of: gap, link, hash, version, canonical, cut, rewritten, text_missing,
    text_broken, missing_row, unexpected_row, different_row. `where` names the place."""

    code: str
    where: str


@dataclass(slots=True)
class Report:
    """What was checked and what is wrong; `faults` stops at MOST_FAULTS, `fault_count` does not."""

    events: int = 0
    position: int = 0
    head: bytes = NO_HASH
    streams: int = 0
    texts_ok: int = 0
    texts_erased: int = 0
    rows: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.fault_count == 0

    def found(self, code: str, where: str) -> None:
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(code, where))


async def verify(
    dsn: str, folders: Sequence[Folder] = (), anchors: Sequence[Anchor] = ()
) -> Report:
    """Reads everything at one moment of the database; the application's role is enough."""
    connection = await asyncpg.connect(
        dsn, server_settings={"application_name": "helhedsplan-verify", "timezone": "UTC"}
    )
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with without_collector():
                return await _verify(connection, folders, anchors)
    finally:
        await connection.close()


async def _verify(
    connection: asyncpg.Connection, folders: Sequence[Folder], anchors: Sequence[Anchor]
) -> Report:
    report = Report()
    folding = Folding(folders)
    anchored = {anchor.position: anchor.hash for anchor in anchors}
    references: dict[UUID, str] = {}
    async for page in pages(connection):
        for event in page:
            _check_event(event, report, folding.versions.get(event.stream, 0))
            folding.versions[event.stream] = event.version
            if event.position in anchored and anchored.pop(event.position) != event.hash:
                report.found("rewritten", f"position {event.position}")
            for match in _TEXT.finditer(event.data):
                references[UUID(match["id"])] = match["digest"]
        folding.add(page)
    for position in anchored:
        report.found("cut", f"position {position}, head {report.position}")
    report.streams = len(folding.versions)
    await _check_texts(connection, references, report)
    if folders:
        await _check_rows(connection, folding.rows(), report)
    return report


def _check_event(event: RecordedEvent, report: Report, version: int) -> None:
    where = f"position {event.position}, {event.stream} version {event.version}"
    if event.position != report.position + 1:
        report.found("gap", where)
    if event.version != version + 1:
        report.found("version", where)
    if event.previous_hash != report.head:
        report.found("link", where)
    if chain.link(event, event.previous_hash) != event.hash:
        report.found("hash", where)
    report.events += 1
    report.position = event.position
    report.head = event.hash


async def _check_texts(
    connection: asyncpg.Connection, references: dict[UUID, str], report: Report
) -> None:
    pending = iter(references)
    while chunk := list(islice(pending, 1_000)):
        found = await connection.fetch(
            "select id, salt, body, erased_at from text where id = any ($1)", chunk
        )
        rows = {row["id"]: row for row in found}
        for text_id in chunk:
            row = rows.get(text_id)
            state = (
                texts.judge(row["salt"], row["body"], row["erased_at"], references[text_id])
                if row
                else TextState.MISSING
            )
            if state is TextState.OK:
                report.texts_ok += 1
            elif state is TextState.ERASED:
                report.texts_erased += 1
            else:
                report.found(f"text_{state}", f"text {text_id}")


async def _check_rows(connection: asyncpg.Connection, rows: Rows, report: Report) -> None:
    for table, columns in tables.COLUMNS.items():
        expected = dict(_keyed(table, tables.rows_of(rows, table)))
        query = f"select {', '.join(columns)} from {table}"  # noqa: S608 - our own names
        async for row in connection.cursor(query, prefetch=1_000):
            key, found = next(_keyed(table, [tuple(row)]))
            wanted = expected.pop(key, None)
            if wanted is None:
                report.found("unexpected_row", f"{table} {key}")
            elif wanted != found:
                report.found("different_row", f"{table} {key}")
            report.rows += 1
        for key in expected:
            report.found("missing_row", f"{table} {key}")


def _keyed(table: str, rows: list[tables.Row]) -> Iterator[tuple[str, tables.Row]]:
    columns = tables.COLUMNS[table]
    keys = [columns.index(name) for name in tables.KEYS[table]]
    documents = [n for n, name in enumerate(columns) if name in tables.JSON_COLUMNS]
    for row in rows:
        plain: list[Any] = list(row)
        for n in documents:
            plain[n] = json.loads(plain[n])
        yield " ".join(str(row[n] or "") for n in keys), tuple(plain)
