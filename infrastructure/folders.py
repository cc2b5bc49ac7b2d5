"""Answers: how is every read model folded from the log, as recording wrote it?

For rebuilding and verifying. Each call of `folders` makes a registry for one walk through the log.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain import notices
from domain.notices import Ledger, LedgerEvent, MailRecorded, NoticesFellDue
from domain.plan.evolve import evolve
from domain.plan.state import Plan
from domain.reference import Reference, with_published
from infrastructure.codec import decode_ledger_event, decode_plan_event, decode_reference_event
from infrastructure.event_store.folders import Final, Folder
from infrastructure.event_store.records import Companions, OutboxRow, RecordedEvent, StateRow
from infrastructure.plans import plan_stream
from infrastructure.read_models import (
    PLAN_KIND,
    notice_rows,
    outbox_rows,
    passed_on_rows,
    plan_row,
    settled,
    settled_outbox_rows,
    settlement,
    task_rows,
)
from infrastructure.reference import REFERENCE_KIND, reference_row, reference_stream
from infrastructure.registers import REGISTERS

PLANS = "plan/"
REFERENCES = "reference/"
NOTICES = "/notices"


@dataclass(slots=True)
class _References:
    """All versions of the reference data, by the position from which each was in force."""

    positions: list[int] = field(default_factory=list)
    versions: list[Reference] = field(default_factory=list)

    @property
    def newest(self) -> Reference:
        return self.versions[-1] if self.versions else Reference()

    def add(self, recorded: Iterable[RecordedEvent]) -> None:
        for each in recorded:
            self.versions.append(with_published(self.newest, decode_reference_event(each)))
            self.positions.append(each.position)

    def at(self, position: int) -> Reference:
        found = bisect_right(self.positions, position)
        return self.versions[found - 1] if found else Reference()


@dataclass(slots=True)
class _Folded:
    """One plan and its notices, as far as the log was read."""

    plan: Plan | None = None
    ledger: Ledger = field(default_factory=Ledger)
    outbox: dict[tuple[str, str], OutboxRow] = field(default_factory=dict)
    """What was owed, by notice and party."""
    settled: dict[tuple[str, str], tuple[str, str, datetime]] = field(default_factory=dict)
    """What became of it: status, mail and moment."""
    recorded_at: int = 0
    """The position at which its tasks were last written; mails leave them alone."""


def folders() -> Sequence[Folder]:
    """Fresh folders: of plans with their notices, of reference data, and of the registers."""
    references = _References()

    def fold_references(
        recorded: Iterable[RecordedEvent], before: _References | None
    ) -> _References:
        references.add(recorded)
        return before or references

    def rows_of_references(_family: str, folded: _References) -> Final:
        newest = folded.newest
        return Final(
            {reference_stream(kind): reference_row(newest, kind) for kind in newest.versions}
        )

    def rows_of_plan(family: str, folded: _Folded) -> Final:
        return _rows(family, folded, references.at(folded.recorded_at))

    return (
        Folder(
            kind=PLAN_KIND,
            matches=lambda stream: stream.startswith(PLANS),
            fold=_fold,
            rows=rows_of_plan,
            family=lambda stream: stream.removesuffix(NOTICES),
        ),
        Folder(
            kind=REFERENCE_KIND,
            matches=lambda stream: stream.startswith(REFERENCES),
            fold=fold_references,
            rows=rows_of_references,
            family=lambda _stream: REFERENCES,
        ),
        *(each.folder() for each in REGISTERS),
    )


def _fold(recorded: Iterable[RecordedEvent], before: _Folded | None) -> _Folded:
    folded = before or _Folded()
    for each in recorded:
        if each.stream.endswith(NOTICES):
            event = decode_ledger_event(each)
            # In place, for this ledger is nobody else's: it has hundreds of entries.
            folded.ledger.entries.update(notices.changes(folded.ledger, event))
            _add_mail(each.stream.removesuffix(NOTICES), folded, event)
            if isinstance(event, MailRecorded):
                continue
        else:
            folded.plan = evolve(folded.plan, decode_plan_event(each), each.command_id)
        folded.recorded_at = each.position
    return folded


def _add_mail(stream: str, folded: _Folded, event: LedgerEvent) -> None:
    """What the outbox owes, and what became of it: owed once, settled by the last word."""
    if folded.plan is None:
        return
    outbox = folded.outbox
    if isinstance(event, NoticesFellDue):
        due = [folded.ledger.entries[i].notice for i in event.notices]
        for row in outbox_rows(stream, folded.plan, due, event.on):
            outbox.setdefault((row.notice, row.party), row)
    elif isinstance(event, MailRecorded):
        _settle(stream, folded, event)
        for row in passed_on_rows(stream, folded.ledger, event, folded.plan):
            outbox.setdefault((row.notice, row.party), row)


def _settle(stream: str, folded: _Folded, event: MailRecorded) -> None:
    """The last word on each row counts; a row that nobody wrote is made whole."""
    assert folded.plan is not None
    keys = [(notice, event.party) for notice in event.notices]
    if any(key not in folded.outbox for key in keys):
        for row in settled_outbox_rows(stream, folded.ledger, event, folded.plan):
            folded.outbox.setdefault((row.notice, row.party), row)
    folded.settled.update(dict.fromkeys(keys, settlement(event)))


def _rows(family: str, folded: _Folded, reference: Reference) -> Final:
    states: dict[str, StateRow] = {}
    tasks = None
    if folded.plan is not None:
        states[plan_stream(family.removeprefix(PLANS))] = plan_row(folded.plan)
        tasks = task_rows(folded.plan, reference)
    rows = Companions(
        tasks=tasks,
        tasks_of=family,
        notices=notice_rows(family, folded.ledger, folded.ledger.entries),
        outbox=tuple(_outbox(folded)),
    )
    return Final(states, (rows,))


def _outbox(folded: _Folded) -> Iterator[OutboxRow]:
    for key, row in folded.outbox.items():
        by = folded.settled.get(key)
        yield row if by is None else settled(row, by)
