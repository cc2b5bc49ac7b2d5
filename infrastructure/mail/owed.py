"""Answers: what is one recipient owed, and which of it belongs together in a mail?"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.calendar import is_summer_pause, working_day_after
from domain.deadlines import Deadline, deadlines
from domain.notices import Ledger, Notice
from domain.plan.events import Artefact
from domain.plan.state import Plan
from domain.reference import Reference, Role
from infrastructure.directory import Parties, Party
from infrastructure.plans import plan_id_of


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of the outbox: a notice that a party is owed on a day."""

    plan: str
    notice: Notice
    party: str
    """As the row has it: an id, or a token that the directory fills."""
    role: Role
    day: date
    passed_from: str | None = None

    @property
    def is_urgent(self) -> bool:
        return self.notice.urgent

    @property
    def key(self) -> tuple[str, str, str]:
        return self.plan, self.notice.id, self.party


def owed_of_row(row: Any) -> Owed:
    """A row of the outbox, whose facts are the notice's own words."""
    facts: dict[str, Any] = json.loads(row["facts"])
    role, passed_from = Role(facts.pop("role")), facts.pop("passed_from", None)
    whole = {**facts, "id": row["notice"], "to": [role]}
    notice = Notice.model_validate_json(json.dumps(whole))
    return Owed(plan_id_of(row["stream"]), notice, row["party"], role, row["day"], passed_from)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that composing looks at, read beforehand."""

    plans: Mapping[str, Plan]
    ledgers: Mapping[str, Ledger]
    reference: Reference
    parties: Parties
    base_url: str
    system_mailbox: str
    known: dict[tuple[str, date], list[Deadline]] = field(default_factory=dict)
    """Deadlines by plan and day, reckoned once."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What one mail says about one thing of one plan: a deadline, or several that share a day."""

    plan_id: str
    plan: Plan
    kind: str
    due_on: date
    owed: tuple[Owed, ...]
    """The last notice of each deadline; those that it stands for are in `all_owed`."""
    deadlines: tuple[Deadline, ...]
    all_owed: tuple[Owed, ...]

    @property
    def last(self) -> Owed:
        return max(self.owed, key=lambda each: (each.notice.send_on, each.notice.id))


def still_due(desk: Desk, owed: Owed) -> Deadline | None:
    """The deadline, if it is still open by the plan's state now, reckoned on the row's own day."""
    plan = desk.plans.get(owed.plan)
    if plan is None:
        return None
    key = (owed.plan, owed.day)
    if key not in desk.known:
        desk.known[key] = deadlines(plan, desk.reference, owed.day)
    found = desk.known[key]
    same = (d for d in found if d.key == owed.notice.deadline and d.due_on == owed.notice.due_on)
    return next(same, None)


def matters(desk: Desk, rows: Iterable[Owed]) -> list[Matter]:
    """Rows put together: by plan, kind and day, the year's reports as one."""
    groups: dict[tuple[str, str, date, str], list[tuple[Owed, Deadline]]] = {}
    for owed in sorted(rows, key=lambda each: (each.plan, each.notice.send_on, each.notice.id)):
        deadline = still_due(desk, owed)
        if deadline is not None:
            key = (owed.plan, deadline.kind, deadline.due_on, _shared(deadline))
            groups.setdefault(key, []).append((owed, deadline))
    found = [_matter(desk, key, group) for key, group in groups.items()]
    return sorted(found, key=lambda matter: (matter.due_on, matter.plan_id, matter.kind))


def _shared(deadline: Deadline) -> str:
    """The year of a report; anything else stands by itself."""
    year, _, artefact = (deadline.subject or "").partition("/")
    return year if artefact in tuple(Artefact) else deadline.key


def _matter(
    desk: Desk, key: tuple[str, str, date, str], group: list[tuple[Owed, Deadline]]
) -> Matter:
    last = {owed.notice.deadline: (owed, deadline) for owed, deadline in group}
    return Matter(
        plan_id=key[0],
        plan=desk.plans[key[0]],
        kind=key[1],
        due_on=key[2],
        owed=tuple(owed for owed, _ in last.values()),
        deadlines=tuple(deadline for _, deadline in last.values()),
        all_owed=tuple(owed for owed, _ in group),
    )


def mail_day(row_day: date, recipient: Party | None, *, is_urgent: bool, has_pause: bool) -> date:
    """The day that a row goes out on: its own, or the next Monday for whoever chose that."""
    if recipient is None or recipient.digest == "daily" or is_urgent:
        return row_day
    monday = row_day - timedelta(days=row_day.weekday())
    while (day := monday_mail_day(monday)) < row_day or (has_pause and is_summer_pause(monday)):
        monday += timedelta(days=7)
    return day


def monday_mail_day(monday: date) -> date:
    """The Monday itself, or the first working day after it."""
    return working_day_after(monday)
