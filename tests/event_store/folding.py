"""A folder for tests: counts a plan's events, and owes a mail for each promised notice."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from infrastructure.event_store.folders import Final, Folder
from infrastructure.event_store.records import (
    Append,
    Companions,
    Group,
    NewEvent,
    NoticeRow,
    OutboxRow,
    RecordedEvent,
    StateRow,
    TaskRow,
    canonical_json,
)
from tests.event_store.given import group

AT = datetime(2013, 2, 1, 8, tzinfo=UTC)
DAY = date(2013, 2, 1)


@dataclass(frozen=True)
class Counted:
    """The sum of a plan's numbers, its open tasks, and the status of its notices."""

    total: int = 0
    count: int = 0
    tasks: tuple[int, ...] = ()
    notices: dict[str, str] = field(default_factory=dict)


def evolve(counted: Counted, kind: str, data: dict[str, Any]) -> Counted:
    n = data["n"]
    if kind == "notice_changed":
        return replace(counted, notices=counted.notices | {f"n{n}": data["status"]})
    tasks = tuple(sorted({*counted.tasks, n})) if n % 2 else counted.tasks[1:]
    return replace(counted, total=counted.total + n, count=counted.count + 1, tasks=tasks)


def plan_of(stream: str) -> str:
    return stream.removesuffix("/notices")


def plan_row(counted: Counted) -> StateRow:
    facets = {"phase": "odd" if counted.total % 2 else "even", "næste": counted.count}
    return StateRow("plan", canonical_json(facets), canonical_json({"total": counted.total}))


def plan_companions(plan: str, counted: Counted) -> Companions:
    tasks = tuple(
        TaskRow(f"t{n}", "forum", None, DAY, None, '{"b":1,"a":2}') for n in counted.tasks
    )
    return Companions(tasks=tasks, tasks_of=plan)


def notice_companions(plan: str, notice: str, status: str) -> Companions:
    row = NoticeRow(plan, notice, "report", "before", DAY, status, AT)
    if status == "planned":
        return Companions(notices=(row,))
    owed = OutboxRow(plan, notice, "fsb", DAY, False, "reminder", '{"z":1,"æ":"ø"}', AT)
    if status == "sent":
        owed = replace(owed, status="sent", mail_id=f"m-{notice}", settled_at=AT)
    return Companions(notices=(row,), outbox=(owed,))


def fold(events: Iterable[RecordedEvent], previous: Any | None) -> Counted:
    counted = previous or Counted()
    for event in events:
        counted = evolve(counted, event.type, json.loads(event.data))
    return counted


def final(plan: str, counted: Counted) -> Final:
    notices = [notice_companions(plan, *each) for each in counted.notices.items()]
    states = {plan: plan_row(counted)} if counted.count else {}
    return Final(states, (plan_companions(plan, counted), *notices))


FOLDER = Folder(
    kind="plan",
    matches=lambda stream: stream.startswith("plan/"),
    fold=fold,
    rows=final,
    family=plan_of,
)


class Plans:
    """Makes the groups that the production code would: events with the rows folded from them."""

    def __init__(self) -> None:
        self.counted: dict[str, Counted] = {}
        self.versions: dict[str, int] = {}

    def note(self, plan: str, *numbers: int) -> Group:
        before = self.counted.get(plan, Counted())
        for n in numbers:
            before = evolve(before, "plan_noted", {"n": n})
        self.counted[plan] = before
        return self._group(
            plan,
            [{"n": n, "v": 1} for n in numbers],
            "plan_noted",
            plan_row(before),
            plan_companions(plan, before),
        )

    def notice(self, plan: str, n: int, status: str) -> Group:
        before = self.counted.get(plan, Counted())
        self.counted[plan] = evolve(before, "notice_changed", {"n": n, "status": status})
        return self._group(
            f"{plan}/notices",
            [{"n": n, "status": status}],
            "notice_changed",
            None,
            notice_companions(plan, f"n{n}", status),
        )

    def _group(
        self,
        stream: str,
        datas: list[dict[str, Any]],
        kind: str,
        state: StateRow | None,
        companions: Companions,
    ) -> Group:
        version = self.versions.get(stream, 0)
        self.versions[stream] = version + len(datas)
        events = tuple(NewEvent(kind, canonical_json(data), DAY) for data in datas)
        return group(Append(stream, version, events, state), companions=companions)
