"""Answers: what stands today about the year's report, the package and the last chain of meetings?"""

from datetime import date

from domain.plan.events import Artefact
from domain.plan.package import PackageItem, last_chain, package
from domain.plan.reports import is_owed
from domain.plan.state import Plan
from domain.reference import BodyKind
from infrastructure.mail.letter import Paragraph, Part, Table
from infrastructure.mail.owed import Desk, Matter
from infrastructure.wording.say import Lang, day, say
from infrastructure.wording.sentences import Names, point_name


def of(desk: Desk, matter: Matter, lang: Lang, names: Names) -> list[Part]:
    """The tables that belong to a kind of deadline."""
    if matter.kind in ("report", "report_answer"):
        return _report(matter, lang)
    if matter.kind in ("package_start", "package_paper"):
        return [*_chain(desk, matter, lang, names), *_package(matter, lang, names)]
    if matter.kind == "release":
        return _package(matter, lang, names)
    return []


def _report(matter: Matter, lang: Lang) -> list[Part]:
    year = int((matter.deadlines[0].subject or "0").partition("/")[0])
    rows = [
        (say(lang, f"mail.part_{artefact}"), _report_state(matter.plan, year, artefact, lang))
        for artefact in Artefact
        if is_owed(matter.plan, year, artefact)
    ]
    head = (say(lang, "mail.column_part"), say(lang, "mail.column_status"))
    return [Paragraph(say(lang, "mail.report_table", year=year)), Table(head, tuple(rows))]


def _report_state(plan: Plan, year: int, artefact: Artefact, lang: Lang) -> str:
    report = plan.report(year, artefact)
    states: list[tuple[str, date | None]] = [
        ("accepted", report.accepted_on),
        ("returned", report.returned_on),
        ("sent", report.submitted_on),
    ]
    for state, on in states:
        if on is not None:
            return say(lang, f"mail.report_{state}", on=on)
    return say(lang, "mail.report_missing")


def _chain(desk: Desk, matter: Matter, lang: Lang, names: Names) -> list[Part]:
    """The last meetings that save the start, in order."""
    point = matter.deadlines[0].subject or ""
    rows: list[tuple[str, str]] = []
    links = last_chain(matter.plan, point, desk.reference)
    if not links:
        return [Paragraph(say(lang, "mail.chain_none"))]
    first = min(links, key=lambda link: link.paper_on)
    paper = say(lang, "mail.chain_paper", body=names.get(first.body, first.body))
    rows.append((paper, f"**{day(lang, first.paper_on)}**"))
    for link in links:
        body = names.get(link.body, link.body)
        known = desk.reference.body_by_id.get(link.body)
        if known is not None and known.kind is BodyKind.COUNCIL:
            rows.append((say(lang, "mail.chain_agenda", body=body), day(lang, link.agenda_on)))
        rows.append((body[:1].upper() + body[1:], day(lang, link.meeting_on)))
    head = (say(lang, "mail.column_step"), say(lang, "mail.column_due"))
    parts: list[Part] = [Paragraph(say(lang, "mail.chain_table")), Table(head, tuple(rows))]
    last = links[-1]
    after = desk.reference.next_meeting(last.body, last.meeting_on)
    if after is not None:
        is_too_late = after >= matter.plan.content.period.start
        key = "mail.chain_after_start" if is_too_late else "mail.chain_after"
        parts.append(Paragraph(say(lang, key, body=names.get(last.body, last.body), on=after)))
    return parts


def _package(matter: Matter, lang: Lang, names: Names) -> list[Part]:
    rows = [
        (point_name(lang, item.point.id, names), _point_state(item, lang, names))
        for item in package(matter.plan)
    ]
    head = (say(lang, "mail.column_point"), say(lang, "mail.column_status"))
    return [Paragraph(say(lang, "mail.package_table")), Table(head, tuple(rows))]


def _point_state(item: PackageItem, lang: Lang, names: Names) -> str:
    state = say(lang, f"point_status.{item.status}")
    if item.status == "missing":
        return f"**{state}**"
    if item.status == "on_its_way" and item.next_body and item.next_meeting:
        body = names.get(item.next_body, item.next_body)
        return say(lang, "mail.status_on_its_way", body=body, on=item.next_meeting)
    if item.status == "decided" and item.decision:
        return say(lang, "mail.status_decided", on=item.decision.sitting.meeting_on)
    return state


def last_paper_day(desk: Desk, matter: Matter) -> date | None:
    """The day by which a paper must be in to save the start, where meetings can still do it."""
    if matter.kind != "package_start":
        return None
    links = last_chain(matter.plan, matter.deadlines[0].subject or "", desk.reference)
    return min((link.paper_on for link in links), default=None)
