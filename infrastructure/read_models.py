"""Answers: which rows do lists, inboxes and reminders read, given a state that the log folds to?

The same functions serve recording and rebuilding, so both write the same bytes.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache

import msgspec

from domain.calendar import NOTICE_TIME, add_working_days, at
from domain.notices import Entry, Ledger, MailOutcome, MailRecorded, Notice
from domain.plan.content import Source
from domain.plan.progress import content_point, council_approved_on, open_steps, phase
from domain.plan.state import Plan
from domain.reference import Reference, Role
from domain.tasks import party_of, tasks
from infrastructure.codec import PLAN
from infrastructure.event_store.records import (
    NoticeRow,
    OutboxRow,
    StateRow,
    TaskRow,
)

PLAN_KIND = "plan"
_JSON = msgspec.json.Encoder(order="sorted")


def _row_json(value: object) -> str:
    """The one text of a row's JSON; dates and codes are written as pydantic writes them."""
    return _JSON.encode(value).decode()


@cache
def _notice_time(day: date) -> datetime:
    return at(day, NOTICE_TIME)


def plan_row(plan: Plan) -> StateRow:
    """The plan whole, and the few facets that lists filter on."""
    content = plan.content
    approved_on = council_approved_on(plan)
    point = content_point(plan)
    facets = {
        "title": content.title,
        "case_number": content.case_number,
        "phase": phase(plan),
        "area": content.area,
        "lead": content.lead,
        "organisations": list(content.organisations),
        "administrator": content.administrator,
        "case_officer": content.case_officer,
        "start": content.period.start.isoformat(),
        "end": content.period.end.isoformat(),
        "council_approved_on": approved_on.isoformat() if approved_on else None,
        "funding": "pool" if content.part(Source.POOL) else "other",
        "waits_on": sorted({step.body for step in open_steps(plan, point)}) if point else [],
    }
    body = _row_json(PLAN.dump_python(plan, mode="json"))
    return StateRow(kind=PLAN_KIND, facets=_row_json(facets), body=body)


def task_rows(plan: Plan, reference: Reference) -> tuple[TaskRow, ...]:
    """The plan's tasks as of the last day that something was recorded for it."""
    return tuple(
        TaskRow(
            task=task.key,
            role=task.role,
            party=task.party,
            since=task.since,
            due_on=task.due_on,
            detail=_row_json(
                {
                    "kind": task.kind,
                    "consequence": task.consequence,
                    "body": task.body,
                    "subject": task.subject,
                    "meeting_on": task.meeting_on.isoformat() if task.meeting_on else None,
                }
            ),
        )
        for task in tasks(plan, reference, plan.last_on)
    )


def notice_rows(stream: str, ledger: Ledger, changed: Iterable[str]) -> tuple[NoticeRow, ...]:
    """The rows of the named notices; `stream` is the plan's."""
    return tuple(_notice_row(stream, ledger.entries[notice]) for notice in changed)


def _notice_row(stream: str, entry: Entry) -> NoticeRow:
    notice = entry.notice
    return NoticeRow(
        stream=stream,
        notice=notice.id,
        deadline=notice.deadline,
        kind=notice.kind,
        send_on=notice.send_on,
        status=entry.status,
        planned_at=_start_of(entry.promised_on),
        due_at=_start_of(entry.due_on) if entry.due_on else None,
        settled_at=_start_of(entry.settled_on) if entry.settled_on else None,
        detail=_row_json(
            _but(notice, "id", "deadline", "kind", "send_on") | {"outcomes": entry.outcomes}
        ),
    )


def _but(notice: Notice, *left_out: str) -> dict[str, object]:
    """A notice's fields without some. Not by `model_dump`: there are more notices than events."""
    fields = notice.__dict__.copy()
    for name in left_out:
        del fields[name]
    return fields


@cache
def _start_of(day: date) -> datetime:
    return at(day, time(0, 0))


def outbox_rows(
    stream: str, plan: Plan, notices: Iterable[Notice], on: date
) -> tuple[OutboxRow, ...]:
    """One row for each party that a due notice goes to. Who that is follows from the plan."""
    return tuple(
        _outbox_row(stream, notice, party, role, on)
        for notice in notices
        for party, role in recipients(plan, notice).items()
    )


def recipients(plan: Plan, notice: Notice) -> dict[str, Role]:
    """The parties of a notice; where the plan has no administrator the case officer is told."""
    found: dict[str, Role] = {}
    for role in notice.to:
        party = party_of(plan, role, notice.body) or plan.content.case_officer
        found.setdefault(party, role)
    return found


def _outbox_row(stream: str, notice: Notice, party: str, role: Role, on: date) -> OutboxRow:
    facts = _but(notice, "id", "to") | {"role": role}
    return OutboxRow(
        stream=stream,
        notice=notice.id,
        party=party,
        day=on,
        urgent=notice.urgent,
        template=notice.kind,
        facts=_row_json(facts),
        created_at=_notice_time(on),
    )


OUTBOX_STATUS = {
    MailOutcome.SENT: "sent",
    MailOutcome.BOUNCED: "bounced",
    MailOutcome.NO_ADDRESS: "bounced",
    MailOutcome.SUPPRESSED: "suppressed",
}


def settlement(event: MailRecorded) -> tuple[str, str, datetime]:
    """Status, mail and moment of the rows that a recorded mail settles."""
    return OUTBOX_STATUS[event.outcome], event.mail, _notice_time(event.on)


def settled(row: OutboxRow, by: tuple[str, str, datetime]) -> OutboxRow:
    """The row with what became of it. Written out: `replace` is slow, and there are many."""
    status, mail_id, settled_at = by
    return OutboxRow(
        row.stream,
        row.notice,
        row.party,
        row.day,
        row.urgent,
        row.template,
        row.facts,
        row.created_at,
        status,
        mail_id,
        settled_at,
    )


def settled_outbox_rows(
    stream: str, ledger: Ledger, event: MailRecorded, plan: Plan
) -> tuple[OutboxRow, ...]:
    """The outbox rows that a recorded mail settles, whole."""
    rows: list[OutboxRow] = []
    for notice_id in event.notices:
        entry = ledger.entries[notice_id]
        roles = recipients(plan, entry.notice)
        role = roles.get(event.party, Role.CASE_OFFICER)
        row = _outbox_row(stream, entry.notice, event.party, role, entry.due_on or event.on)
        rows.append(settled(row, settlement(event)))
    return tuple(rows)


LINE = (Role.ORGANISATION, Role.ADMINISTRATOR, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE)
"""Who is told when the one before cannot be reached; a secretary is followed by the case officer."""


def next_in_line(role: Role) -> tuple[Role, ...]:
    """Whom to tell instead of somebody in a role, in order."""
    first = LINE.index(role) + 1 if role in LINE else LINE.index(Role.CASE_OFFICER)
    return LINE[first:]


def passed_on_rows(
    stream: str, ledger: Ledger, event: MailRecorded, plan: Plan
) -> tuple[OutboxRow, ...]:
    """What the next in line is owed instead.

    What is known beforehand goes the same day, a bounce with the next day's mail unless urgent.
    """
    if event.passed_to is None:
        return ()
    rows: list[OutboxRow] = []
    for notice in (ledger.entries[i].notice for i in event.notices):
        roles = {party_of(plan, role, notice.body): role for role in reversed(LINE)}
        role = roles.get(event.passed_to, Role.CASE_OFFICER)
        is_known = event.outcome is MailOutcome.NO_ADDRESS or notice.urgent
        on = event.on if is_known else add_working_days(event.on, 1)
        row = _outbox_row(stream, notice, event.passed_to, role, on)
        facts = _row_json({**json.loads(row.facts), "passed_from": event.party})
        rows.append(replace(row, facts=facts))
    return tuple(rows)
