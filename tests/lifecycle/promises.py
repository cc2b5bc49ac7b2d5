"""Counts by hand which reminders the eighteen should have got: from ladders, dates and calendars.

Nothing of the program that reckons deadlines or notices is used: only what happened, when, and the
reference files of the sample.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from domain.plan import events as e
from domain.plan.decision import Outcome
from rehearsal.lives import Life
from tests.sample.portfolio import FOLDER, Row, rows_of

DAY = timedelta(days=1)
FIXED = {(6, 5), (12, 24), (12, 31)}
LINE = ("organisation", "administrator", "case_officer", "head_of_office")
BOUNCES = {"bf-mosevang": date(2014, 5, 1)}
"""As the script has it."""


@dataclass(frozen=True)
class Open:
    """A deadline, and the days on whose mornings it was (first) or still was (last) open."""

    key: str
    kind: str
    due: date
    first: date
    last: date
    body: str | None = None


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def works(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in FIXED and day not in _closed(day.year)


def working_days(day: date, count: int) -> date:
    for _ in range(abs(count)):
        day += DAY if count > 0 else -DAY
        while not works(day):
            day += DAY if count > 0 else -DAY
    return day


def before(day: date) -> date:
    return day if works(day) else working_days(day, -1)


def after(day: date) -> date:
    return day if works(day) else working_days(day, 1)


def months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def rung_days(due: date, rung: dict[str, object]) -> tuple[str, date]:
    """What a rung is called, and the working day that it goes out on."""
    if "months" in rung:
        count = int(str(rung["months"]))
        return f"{count:+d}m", before(months(due, count))
    days = int(str(rung["days"]))
    if rung.get("working_days"):
        return f"{days:+d}w", working_days(due, days)
    planned = due + days * DAY
    sent = before(planned)
    if days > 0 and sent <= due:
        sent = after(planned)
    return (f"{days:+d}" if days else "0"), sent


@dataclass(frozen=True)
class City:
    """The sample's reference files, read plainly."""

    ladders: dict[str, dict[str, object]]
    meetings: dict[str, list[date]]
    paper_days: dict[str, int]
    agenda_days: dict[str, int]
    directory: dict[str, Row]

    def next_meeting(self, body: str, later_than: date) -> date:
        return next(day for day in self.meetings[body] if day > later_than)

    def last_meeting(self, body: str, until: date) -> date:
        return max(day for day in self.meetings[body] if day <= until)

    def reader(self, plan: e.PlanDrafted, role: str, body: str | None) -> Row | None:
        if role == "secretary":
            return self._in_role("secretary", body or "")
        if role == "head_of_office":
            return self._in_role("head_of_office", "")
        content = plan.content
        ids = {
            "organisation": content.lead,
            "administrator": content.administrator or content.case_officer,
            "case_officer": content.case_officer,
        }
        return self.directory[ids[role]]

    def _in_role(self, role: str, body: str) -> Row | None:
        found = (
            row
            for row in self.directory.values()
            if role in row["roles"].split(";") and row["body"] == body and row["email"]
        )
        return next(found, None)


def read_city() -> City:
    def listed(name: str) -> list[dict[str, object]]:
        text = (FOLDER / "reference" / f"{name}.json").read_text(encoding="utf-8")
        found: list[dict[str, object]] = json.loads(text)
        return found

    meetings: dict[str, list[date]] = {}
    for row in rows_of("reference/meetings.csv"):
        meetings.setdefault(row["body"], []).append(date.fromisoformat(row["on"]))
    bodies = {str(body["id"]): body for body in listed("bodies")}
    return City(
        ladders={str(each["kind"]): each for each in listed("ladders")},
        meetings=meetings,
        paper_days={b: int(str(body.get("paper_days", 14))) for b, body in bodies.items()},
        agenda_days={b: int(str(body.get("agenda_working_days", 3))) for b, body in bodies.items()},
        directory={row["id"]: row for row in rows_of("directory.csv")},
    )


def promised(city: City, life: Life) -> set[str]:
    """The ids of all reminders that somebody should have read while there was cause."""
    draft = next(each for each in life.events if isinstance(each, e.PlanDrafted))
    return {
        f"{deadline.key}/{deadline.due.isoformat()}/{label}"
        for deadline in _open(city, life, draft)
        for label in _read(city, draft, deadline)
    }


def _read(city: City, draft: e.PlanDrafted, deadline: Open) -> Iterator[str]:
    ladder = city.ladders[deadline.kind]
    rungs = [(rung_days(deadline.due, each), each) for each in ladder["rungs"]]  # type: ignore[attr-defined]
    passed = [label for (label, send), _ in rungs if send < deadline.first]
    for (label, send), rung in rungs:
        if ladder["urgent"] and passed[-1:] == [label]:
            send = after(deadline.first)  # an alarm that comes into a ladder's middle rings at once
        if not deadline.first <= send <= deadline.last:
            continue
        urgent = bool(ladder["urgent"])
        readers = [city.reader(draft, role, deadline.body) for role in rung["to"]]
        told = {reader["id"] for reader in readers if reader is not None}
        days = [
            _mail_day(_reached(city, draft, role, deadline.body, send, told), send, urgent)
            for role in rung["to"]
        ]
        if any(day <= deadline.last for day in days if day is not None):
            yield label


def _reached(
    city: City, draft: e.PlanDrafted, role: str, body: str | None, send: date, told: set[str]
) -> Row | None:
    """Who is in the role, or the next in line who can be reached and is not told anyway."""
    line = LINE[LINE.index(role) :] if role in LINE else (role, "case_officer", "head_of_office")
    for each in line:
        reader = city.reader(draft, each, body)
        if reader is None or not reader["email"] or (each != role and reader["id"] in told):
            continue
        if reader["id"] not in BOUNCES or send < BOUNCES[reader["id"]]:
            return reader
    return None


def _mail_day(reader: Row | None, send: date, is_urgent: bool) -> date | None:
    """The day itself, or the next Monday for whoever chose that."""
    if reader is None:
        return None
    if reader["digest"] != "weekly" or is_urgent:
        return send
    monday = send - send.weekday() * DAY
    while after(monday) < send:
        monday += 7 * DAY
    return after(monday)


def _open(city: City, life: Life, draft: e.PlanDrafted) -> Iterator[Open]:
    submitted = next(each for each in life.events if isinstance(each, e.PlanSubmitted))
    idle = draft.on + 60 * DAY
    yield Open("draft_idle", "draft_idle", idle, draft.on, submitted.on)
    yield from _on_the_way(city, life, submitted)
    yield from _forgotten(city, life, draft, submitted)
    yield from _while_running(life, draft)


def _while_running(life: Life, draft: e.PlanDrafted) -> Iterator[Open]:
    started = next(each for each in life.events if isinstance(each, e.PlanStarted)).on
    end = draft.content.period.end
    yield Open("expiry", "expiry", end, started, end)
    for report in life.events:
        if isinstance(report, e.ReportSubmitted):
            key = f"report/{report.year}/{report.artefact}"
            yield Open(key, "report", date(report.year + 1, 6, 30), started, report.on)


def _on_the_way(city: City, life: Life, submitted: e.PlanSubmitted) -> Iterator[Open]:
    """The forum's review; and a paper for each body whose turn came while none was filed."""
    stages = [[s.body for s in stage.stations] for stage in submitted.filed.stages]
    yes: dict[str, date] = {}
    waits: dict[str, date] = {}
    has_forum = stages[0][0].startswith("forum-")
    if has_forum:
        forum = stages[0][0]
        meeting = city.next_meeting(forum, submitted.on)
        due = working_days(meeting, 1)
        key = f"forum_review/{forum}/{meeting.isoformat()}"
        moved = [each.on for each in life.events if isinstance(each, e.RouteChanged)]
        yield Open(key, "forum_review", due, submitted.on, min([meeting, *moved]), forum)
    else:
        waits = dict.fromkeys(stages[0], submitted.on)
    placed: dict[str, date] = {}
    for event in life.events:
        if isinstance(event, e.RouteChanged):
            stages = [[s.body for s in stage.stations] for stage in event.filed.stages]
            waits = dict.fromkeys(stages[0], event.on)
        elif isinstance(event, e.PaperFiled) and "content" in event.points:
            for body, since in waits.items():
                yield _paper(city, body, since, event.on)
            waits = {}
            placed = {place.body: place.meeting_on for place in event.places}
        elif isinstance(event, e.DecisionRecorded) and event.ruling.point == "content":
            body = event.sitting.body
            if event.ruling.outcome is Outcome.APPROVED:
                yes[body] = event.on
                stage = next(index for index, each in enumerate(stages) if body in each)
                if stage + 1 < len(stages) and all(each in yes for each in stages[stage]):
                    late = [b for b in stages[stage + 1] if placed.get(b, date.min) < event.on]
                    waits = dict.fromkeys(late, event.on)
            elif event.ruling.outcome is Outcome.SENT_BACK:
                yes = {b: on for b, on in yes.items() if b.startswith("forum-")}
                waits = dict.fromkeys(stages[1 if has_forum else 0], event.on)
                placed = {}


def _paper(city: City, body: str, since: date, filed: date) -> Open:
    """Once its day has passed a paper is for the next meeting, so nothing comes after the day."""
    days = city.paper_days[body]
    meeting = city.next_meeting(body, since + (days - 1) * DAY)
    key = f"paper/{body}/{meeting.isoformat()}"
    due = before(meeting - days * DAY)
    return Open(key, "paper", due, since, min(filed, due), body)


def _forgotten(
    city: City, life: Life, draft: e.PlanDrafted, submitted: e.PlanSubmitted
) -> Iterator[Open]:
    """Alarms for the money: on no paper before the start, not decided after it."""
    papers = [p.on for p in life.events if isinstance(p, e.PaperFiled) and "money" in p.points]
    if not papers:
        return
    start = draft.content.period.start
    missing_until = min(papers[0], start - DAY)
    key = "package_start/money"
    yield Open(key, "package_start", start, submitted.on, missing_until)
    due = _last_paper_day(city, submitted, start)
    yield Open("package_paper/money", "package_paper", due, submitted.on, missing_until)
    decided = [
        event.on
        for event in life.events
        if isinstance(event, e.DecisionRecorded)
        and (event.sitting.body, event.ruling.point) == ("br", "money")
    ]
    if decided[-1] > start:
        yield Open("release/money", "release", start, start, decided[-1])


def _last_paper_day(city: City, submitted: e.PlanSubmitted, start: date) -> date:
    """Counted back from the last council that saves the start."""
    latest, papers = start - DAY, [start]
    for stage in reversed(submitted.filed.stages):
        bodies = [station.body for station in stage.stations if "money" in station.points]
        if not bodies:
            continue
        meetings = {body: city.last_meeting(body, latest) for body in bodies}
        papers += [before(day - city.paper_days[body] * DAY) for body, day in meetings.items()]
        latest = min(working_days(day, -city.agenda_days[b]) for b, day in meetings.items())
    return min(papers)
