"""Answers: what needs a case officer this week, as the reminder ledger stood on Monday morning?"""

from datetime import date, timedelta
from typing import Any

import asyncpg

from domain.calendar import NOTICE_TIME, at
from infrastructure.directory import Parties, Party
from infrastructure.mail.compose import cases
from infrastructure.mail.letter import Letter, Note, Paragraph, Part, Table
from infrastructure.mail.owed import Desk, monday_mail_day
from infrastructure.wording.say import Lang, day, has, joined, say
from infrastructure.wording.sentences import names_of, subject_name

LAST = "select max(day) from mail where kind = 'digest'"
OFFICERS = """
select distinct facets ->> 'case_officer' from state_row s where kind = 'plan'
and not exists (select from mail m where m.kind = 'digest' and m.day = $1
    and m.party = s.facets ->> 'case_officer')
"""
# What was promised by Monday morning and not at its end then; `lapsed` ones were over.
WEEK = """
select n.stream, n.deadline, n.kind, n.send_on, n.detail ->> 'due_on' as due_on,
    n.detail ->> 'subject' as subject, n.detail -> 'to' as to_roles, s.facets ->> 'title' as title,
    s.facets ->> 'case_number' as case_number
from notice n join state_row s on s.stream = n.stream
where s.facets ->> 'case_officer' = $1 and n.planned_at <= $2
    and (n.settled_at is null or n.settled_at >= $2)
    and ((n.detail ->> 'due_on')::date <= $3 or n.send_on between $4 and $3)
order by due_on, n.stream, n.deadline, n.send_on
"""
# A deadline whose whole ladder has been sent is still overdue while its task is open.
OVERDUE = """
select t.stream, t.task as deadline, t.detail ->> 'kind' as kind, t.due_on::text as due_on,
    t.detail ->> 'subject' as subject, s.facets ->> 'title' as title,
    s.facets ->> 'case_number' as case_number
from task t join state_row s on s.stream = t.stream
where s.facets ->> 'case_officer' = $1 and t.since <= $2 and t.due_on < $2
order by t.due_on, t.stream, t.task
"""
UNREACHABLE = """
select distinct s.facets ->> 'lead' as lead, s.facets ->> 'administrator' as administrator
from state_row s where s.facets ->> 'case_officer' = $1
"""


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mail_day_of(monday: date) -> date:
    return monday_mail_day(monday)


async def days(pool: asyncpg.Pool, since: date | None, until: date) -> list[date]:
    """The days of the digests after a day; without one, after the last digest that was written.

    Where none was ever written, only the newest is wanted.
    """
    last = since or await pool.fetchval(LAST)
    monday = monday_of(until)
    if mail_day_of(monday) > until:
        monday -= timedelta(days=7)
    if last is None:
        return [mail_day_of(monday)]
    found: list[date] = []
    while (day := mail_day_of(monday)) > last:
        found.append(day)
        monday -= timedelta(days=7)
    return sorted(found)


async def officers(pool: asyncpg.Pool, parties: Parties, monday: date) -> list[Party]:
    """The case officers who have no digest of this Monday yet and can be reached."""
    rows = await pool.fetch(OFFICERS, mail_day_of(monday))
    found = (parties.recipient(row[0]) for row in rows if row[0])
    return sorted((party for party in found if party), key=lambda party: party.id)


async def letter(pool: asyncpg.Pool, desk: Desk, officer: Party, monday: date) -> Letter | None:
    """One officer's week; None when nothing needs them."""
    sunday = monday + timedelta(days=6)
    morning = at(monday, NOTICE_TIME)
    week = await pool.fetch(WEEK, officer.id, morning, sunday, monday)
    passed = await pool.fetch(OVERDUE, officer.id, monday)
    unreachable = await _unreachable(pool, desk.parties, officer)
    lines = _lines(week, passed)
    if not lines and not unreachable:
        return None
    lang = officer.language
    numbers = [row["case_number"] for row in [*week, *passed]]
    parts: list[Part] = [
        Paragraph(say(lang, "mail.digest_intro", monday=monday, sunday=sunday)),
        *_tables(desk, lang, lines, monday, sunday),
    ]
    if unreachable:
        names = joined(lang, unreachable)
        parts.append(Paragraph(say(lang, "mail.digest_unreachable", names=names)))
    office = desk.parties.office
    return Letter(
        lang=lang,
        subject=_subject(lang, monday, numbers),
        greeting=(say(lang, "mail.dear", name=officer.name),),
        parts=parts,
        closing=(say(lang, "mail.regards"), "", office.name if office else ""),
        notes=(Note(say(lang, "mail.digest_footer")), Note(say(lang, "mail.automatic"))),
    )


def _subject(lang: Lang, monday: date, numbers: list[str]) -> str:
    if not numbers:
        return say(lang, "mail.subject_digest_bare", monday=monday)
    return say(lang, "mail.subject_digest", monday=monday, case=cases(lang, numbers))


def _lines(week: list[Any], passed: list[Any]) -> list[dict[str, Any]]:
    """One line for each deadline, with the week's reminders of it."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in [*week, *passed]:
        key = (row["stream"], row["deadline"], row["due_on"])
        line = found.setdefault(key, {**dict(row), "sends": []})
        if "send_on" in row:
            line["sends"].append(row["send_on"])
    return sorted(found.values(), key=lambda line: (line["due_on"], line["stream"]))


def _tables(
    desk: Desk, lang: Lang, lines: list[dict[str, Any]], monday: date, sunday: date
) -> list[Part]:
    overdue = [line for line in lines if date.fromisoformat(line["due_on"]) < monday]
    this_week = [line for line in lines if monday <= date.fromisoformat(line["due_on"]) <= sunday]
    coming = [line for line in lines if any(monday <= on <= sunday for on in line["sends"])]
    parts: list[Part] = []
    for key, found in (("overdue", overdue), ("week", this_week)):
        if found:
            rows = tuple(_row(desk, lang, line, line["due_on"]) for line in found)
            parts += [Paragraph(say(lang, f"mail.digest_{key}")), Table(_head(lang, "due"), rows)]
    if coming:
        rows = tuple(
            _row(desk, lang, line, on.isoformat())
            for line in coming
            for on in sorted(set(line["sends"]))
            if monday <= on <= sunday
        )
        parts += [Paragraph(say(lang, "mail.digest_coming")), Table(_head(lang, "send"), rows)]
    return parts


def _head(lang: Lang, first: str) -> tuple[str, str, str]:
    return (
        say(lang, f"mail.column_{first}"),
        say(lang, "mail.column_plan"),
        say(lang, "mail.column_matter"),
    )


def _row(desk: Desk, lang: Lang, line: dict[str, Any], on: str) -> tuple[str, str, str]:
    names = names_of(lang, desk.reference, desk.parties.names)
    key = f"deadline.{line['kind']}"
    about = say(lang, key) if has(lang, key) else line["kind"]
    if line["subject"] and line["kind"] in ("report", "report_answer", "package_start", "release"):
        about = f"{about}: {subject_name(lang, line['subject'], names)}"
    return day(lang, date.fromisoformat(on)), line["title"], about


async def _unreachable(pool: asyncpg.Pool, parties: Parties, officer: Party) -> list[str]:
    """The officer's organisations and administrators without an address that takes mail."""
    rows = await pool.fetch(UNREACHABLE, officer.id)
    ids = sorted({each for row in rows for each in (row["lead"], row["administrator"]) if each})
    names = parties.names
    return [names.get(each, each) for each in ids if parties.recipient(each) is None]
