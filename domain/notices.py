"""Answers: which reminders are promised, which are due, and what became of each?

The ledger of one plan (`plan/<id>/notices`). A promised notice is a record before it is due. Its
id names deadline, date and rung, so a date that moves gives new notices and the old ones lapse.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, assert_never

from pydantic import Field

from domain.calendar import (
    NOTICE_TIME,
    add_months,
    add_working_days,
    at,
    closed_because,
    is_summer_pause,
    is_working_day,
    local_day,
)
from domain.copying import replace
from domain.deadlines import Deadline
from domain.reference import Ladder, Reference, Role, Rung
from domain.values import Value


class Notice(Value):
    """One promised reminder: about what, on which day, to whom and why that day."""

    id: str
    deadline: str
    kind: str
    due_on: date
    planned_on: date
    """The day that the rung names."""
    send_on: date
    """The working day that it goes out on."""
    moved_because: str | None = None
    """The closed day (in Danish) or `sommerpause` that moved it."""
    days: int
    """Calendar days before (negative) or after the deadline, as planned."""
    to: tuple[Role, ...]
    body: str | None = None
    subject: str | None = None
    urgent: bool = False


class NoticeEvent(Value):
    v: Literal[1] = 1
    on: date


class NoticesPlanned(NoticeEvent):
    type: Literal["notices_planned"] = "notices_planned"
    notices: tuple[Notice, ...]


class Lapse(StrEnum):
    """Why a promised notice is no longer needed."""

    MET = "met"
    MOVED = "moved"


class NoticesLapsed(NoticeEvent):
    type: Literal["notices_lapsed"] = "notices_lapsed"
    notices: tuple[str, ...]
    reason: Lapse


class NoticesFellDue(NoticeEvent):
    """`caught_up` ones were passed while nothing ran; the one that follows stands for them."""

    type: Literal["notices_fell_due"] = "notices_fell_due"
    notices: tuple[str, ...]
    caught_up: tuple[str, ...] = ()


class MailOutcome(StrEnum):
    SENT = "sent"
    BOUNCED = "bounced"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    """Not sent, because meanwhile there was nothing left to remind of."""


class MailRecorded(NoticeEvent):
    """What became of one mail to one party, for the notices of this plan that it carried."""

    type: Literal["mail_recorded"] = "mail_recorded"
    mail: str
    party: str
    outcome: MailOutcome
    notices: tuple[str, ...]
    passed_to: str | None = None
    """The next in line, told instead."""


LedgerEvent = Annotated[
    NoticesPlanned | NoticesLapsed | NoticesFellDue | MailRecorded, Field(discriminator="type")
]


class Status(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    SENT = "sent"
    BOUNCED = "bounced"
    """Nobody in line could be reached."""
    SUPPRESSED = "suppressed"
    CAUGHT_UP = "caught_up"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Entry:
    notice: Notice
    status: Status
    promised_on: date
    due_on: date | None = None
    """The day that it fell due."""
    settled_on: date | None = None
    """The day that it came to its end: sent, lapsed, caught up …"""
    outcomes: dict[str, MailOutcome] = field(default_factory=dict)
    """By party."""


@dataclass(frozen=True, slots=True)
class Ledger:
    version: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)

    _planned: list[tuple[Notice, ...]] = field(default_factory=list, compare=False, repr=False)
    """What `planned` found, once asked."""

    def planned(self) -> tuple[Notice, ...]:
        """The notices still to come, the next one first."""
        if not self._planned:
            found = [e.notice for e in self.entries.values() if e.status is Status.PLANNED]
            self._planned.append(tuple(sorted(found, key=lambda n: (n.send_on, n.id))))
        return self._planned[0]


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:
    """The ledger after one more event."""
    return Ledger(ledger.version + 1, {**ledger.entries, **changes(ledger, event)})


def changes(ledger: Ledger, event: LedgerEvent) -> dict[str, Entry]:
    """The entries that an event adds or changes: few, where a ledger has hundreds."""
    match event:
        case NoticesPlanned():
            return {n.id: Entry(n, Status.PLANNED, event.on) for n in event.notices}
        case NoticesLapsed():
            return _settled(ledger, event.notices, Status.LAPSED, event.on)
        case NoticesFellDue():
            due = {
                i: replace(ledger.entries[i], status=Status.DUE, due_on=event.on)
                for i in event.notices
            }
            return due | _settled(ledger, event.caught_up, Status.CAUGHT_UP, event.on)
        case MailRecorded():
            return {i: _mailed(ledger.entries[i], event) for i in event.notices}
        case _:
            assert_never(event)


def _settled(ledger: Ledger, notices: Iterable[str], status: Status, on: date) -> dict[str, Entry]:
    return {i: replace(ledger.entries[i], status=status, settled_on=on) for i in notices}


STATUS_OF = {
    MailOutcome.SENT: Status.SENT,
    MailOutcome.SUPPRESSED: Status.SUPPRESSED,
    MailOutcome.BOUNCED: Status.BOUNCED,
    MailOutcome.NO_ADDRESS: Status.BOUNCED,
}


def _mailed(entry: Entry, event: MailRecorded) -> Entry:
    """One recipient reached is enough to call a notice sent; each outcome is kept."""
    outcomes = {**entry.outcomes, event.party: event.outcome}
    status = Status.SENT if entry.status is Status.SENT else STATUS_OF[event.outcome]
    if event.passed_to is not None and status is Status.BOUNCED:
        status = Status.DUE
    settled_on = None if status is Status.DUE else event.on
    return replace(entry, status=status, settled_on=settled_on, outcomes=outcomes)


def fold(events: Iterable[LedgerEvent]) -> Ledger:
    ledger = Ledger()
    for event in events:
        ledger = evolve(ledger, event)
    return ledger


def promised(deadlines: Iterable[Deadline], reference: Reference) -> dict[str, Notice]:
    """Every rung of the ladder of every deadline, by id."""
    has_pause = reference.parameters.summer_pause
    ladders = reference.ladder_by_kind
    return {
        notice.id: notice
        for deadline in deadlines
        if (ladder := ladders.get(deadline.kind)) is not None
        for notice in _climbed(deadline, _Steps(ladder), has_pause)
    }


class _Steps:
    """A ladder that is the same only by identity: it is compared thousands of times."""

    __slots__ = ("ladder",)

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder

    def __hash__(self) -> int:
        return id(self.ladder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Steps) and other.ladder is self.ladder


# A deadline's notices are asked for whenever anything happens to its plan.
@lru_cache(maxsize=4096)
def _climbed(deadline: Deadline, steps: _Steps, has_pause: bool) -> tuple[Notice, ...]:
    ladder = steps.ladder
    return tuple(_notice(deadline, rung, ladder, has_pause) for rung in ladder.rungs)


def _notice(deadline: Deadline, rung: Rung, ladder: Ladder, has_pause: bool) -> Notice:
    planned_on = rung_day(deadline.due_on, rung)
    send_on, because = sending_day(planned_on, deadline.due_on, has_pause=has_pause)
    return Notice(
        id=f"{deadline.key}/{deadline.due_on.isoformat()}/{_label(rung)}",
        deadline=deadline.key,
        kind=deadline.kind,
        due_on=deadline.due_on,
        planned_on=planned_on,
        send_on=send_on,
        moved_because=because,
        days=(planned_on - deadline.due_on).days,
        to=rung.to,
        body=deadline.body,
        subject=deadline.subject,
        urgent=ladder.urgent,
    )


def _label(rung: Rung) -> str:
    if rung.months:
        return f"{rung.months:+d}m"
    return f"{rung.days:+d}{'w' if rung.working_days else ''}" if rung.days else "0"


def rung_day(due_on: date, rung: Rung) -> date:
    """The day that a rung names, before closed days are looked at."""
    day = add_months(due_on, rung.months)
    if rung.working_days:
        return add_working_days(day, rung.days)
    return day + timedelta(days=rung.days)


def sending_day(planned_on: date, due_on: date, *, has_pause: bool) -> tuple[date, str | None]:
    """The working day to send on, and what moved it.

    A closed day sends before it; but what is about lateness is never sent before it is late.
    """
    day, because = planned_on, None
    step = timedelta(days=-1)
    while (reason := _rests(day, has_pause)) is not None:
        because = because or reason
        day += step
        if planned_on > due_on and day <= due_on:
            day, step = planned_on, timedelta(days=1)
    return day, because


def _rests(day: date, has_pause: bool) -> str | None:
    if has_pause and is_summer_pause(day):
        return "sommerpause"
    return None if is_working_day(day) else closed_because(day)


def reconcile(ledger: Ledger, wanted: dict[str, Notice], today: date) -> Iterator[LedgerEvent]:
    """What must be recorded so that the ledger promises what the plan's deadlines ask for."""
    lapsed = [notice for notice in ledger.planned() if notice.id not in wanted]
    alive = {notice.deadline for notice in wanted.values()} if lapsed else set()
    for reason in Lapse if lapsed else ():
        gone = [n.id for n in lapsed if (n.deadline in alive) == (reason is Lapse.MOVED)]
        if gone:
            yield NoticesLapsed(on=today, notices=tuple(gone), reason=reason)
    alive_ids = {i for i, entry in ledger.entries.items() if entry.status is not Status.LAPSED}
    # What lapsed may be wanted again on the very same day: a plan that rested and goes on.
    fresh = [n for n in wanted.values() if n.id not in alive_ids]
    late = [n for n in fresh if n.send_on < today]
    new = [n for n in fresh if n.send_on >= today]
    new += _late_start(late, ledger, today) if late else []
    if new:
        ordered = sorted(new, key=lambda notice: (notice.send_on, notice.id))
        yield NoticesPlanned(on=today, notices=tuple(ordered))


def _late_start(late: list[Notice], ledger: Ledger, today: date) -> list[Notice]:
    """A deadline first seen in the middle of its ladder: the last rung passed goes out at once.

    Only for what is overdue or urgent; other ladders simply begin at the next rung.
    """
    known = {
        (entry.notice.deadline, entry.notice.due_on)
        for entry in ledger.entries.values()
        if entry.status is not Status.LAPSED
    }
    last: dict[str, Notice] = {}
    for notice in sorted(late, key=lambda notice: notice.send_on):
        is_new = (notice.deadline, notice.due_on) not in known
        if is_new and (notice.urgent or notice.due_on < today):
            last[notice.deadline] = notice
    send_on = today
    while not is_working_day(send_on):
        send_on += timedelta(days=1)
    return [notice.model_copy(update={"send_on": send_on}) for notice in last.values()]


def fall_due(ledger: Ledger, now: datetime) -> Iterator[LedgerEvent]:
    """Notices whose moment has come. Of several for one deadline only the last is sent."""
    ready: dict[str, list[str]] = {}
    for notice in ledger.planned():
        if at(notice.send_on, NOTICE_TIME) <= now:
            ready.setdefault(notice.deadline, []).append(notice.id)
    if ready:
        yield NoticesFellDue(
            on=local_day(now),
            notices=tuple(ids[-1] for ids in ready.values()),
            caught_up=tuple(i for ids in ready.values() for i in ids[:-1]),
        )


def next_moment(ledger: Ledger) -> datetime | None:
    """When the next promised notice falls due."""
    planned = ledger.planned()
    return at(planned[0].send_on, NOTICE_TIME) if planned else None
