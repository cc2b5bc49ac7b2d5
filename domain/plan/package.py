"""Answers: are content, recommendation, money and contracts all decided, or what is forgotten?

In 2022 a plan ran for a month before anybody asked for its money [P]. The guard shows what is
missing and counts back from the last chain of meetings that still saves the start. It never
forbids recording a fact.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import add_working_days, working_day_before
from domain.plan.events import NotApplicable
from domain.plan.progress import (
    Standing,
    deciding_decision,
    ended_by,
    is_passed,
    open_steps,
    returned_version,
    steps,
)
from domain.plan.state import Decision, Plan
from domain.reference import Point, PointKind, Reference, StageKind


class PointStatus(StrEnum):
    DECIDED = "decided"
    ENDED = "ended"
    """Decided with a no, dropped or lapsed."""
    ON_ITS_WAY = "on_its_way"
    IN_FORCE = "in_force"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PackageItem:
    """One point of the package and how it stands."""

    point: Point
    status: PointStatus
    decision: Decision | None = None
    """The decision that settled or ended it."""
    document_number: str | None = None
    """The paper that it is on its way with, or the document that it is in force by."""
    next_body: str | None = None
    next_meeting: date | None = None
    reason_code: str | None = None


def package(plan: Plan) -> tuple[PackageItem, ...]:
    """Every point of the plan's package; () before it is filed."""
    return tuple(_item(plan, point) for point in plan.filed.points) if plan.filed else ()


def missing(plan: Plan) -> tuple[Point, ...]:
    """The points that nobody has put on their way."""
    return tuple(item.point for item in package(plan) if item.status is PointStatus.MISSING)


def _item(plan: Plan, point: Point) -> PackageItem:
    decided = deciding_decision(plan, point.id)
    if decided is not None:
        return PackageItem(point, PointStatus.DECIDED, decision=decided)
    waived = next((each for each in plan.not_applicable if each.point == point.id), None)
    if waived is not None and _still_holds(plan, waived):
        return PackageItem(point, PointStatus.NOT_APPLICABLE, reason_code=waived.code)
    if point.id in plan.in_force:
        number = plan.in_force[point.id]
        return PackageItem(point, PointStatus.IN_FORCE, document_number=number)
    ended = ended_by(plan, point.id)
    if ended is not None:
        return PackageItem(point, PointStatus.ENDED, decision=ended)
    return _undecided(plan, point)


def _still_holds(plan: Plan, waived: NotApplicable) -> bool:
    """A plan that was filed without municipal money may have been changed to have some."""
    return waived.code != "no_municipal_money" or plan.content.municipal_oere == 0


def _undecided(plan: Plan, point: Point) -> PackageItem:
    waiting = open_steps(plan, point.id)
    taken_off = [step for step in waiting if step.standing is Standing.WITH_CASE_OFFICE]
    following = next(iter(taken_off or waiting), None)
    body = following.body if following else None
    meeting = following.meeting_on if following else None
    since = returned_version(plan, point.id)
    papers = (each for each in reversed(plan.papers) if point.id in each.points)
    paper = next((each for each in papers if each.version > since), None)
    has_moved = any(
        step.decision and step.stage.kind is not StageKind.FORUM for step in steps(plan, point.id)
    )
    if taken_off or (paper is None and not has_moved):
        return PackageItem(point, PointStatus.MISSING, next_body=body)
    number = paper.document_number if paper else None
    return PackageItem(point, PointStatus.ON_ITS_WAY, None, number, body, meeting)


def money_points(plan: Plan) -> tuple[Point, ...]:
    return tuple(p for p in plan.filed.points if p.kind is PointKind.MONEY) if plan.filed else ()


def is_money_released(plan: Plan) -> bool:
    """Is every krone of the municipality's decided, or is there none to decide?"""
    settled = (PointStatus.DECIDED, PointStatus.IN_FORCE, PointStatus.NOT_APPLICABLE)
    kinds = (PointKind.MONEY, PointKind.CONTRIBUTION)
    return all(i.status in settled for i in package(plan) if i.point.kind in kinds)


@dataclass(frozen=True, slots=True)
class Link:
    """One body's meeting in the last chain that saves the start."""

    body: str
    paper_on: date
    agenda_on: date
    meeting_on: date


def last_chain(plan: Plan, point: str, reference: Reference) -> tuple[Link, ...]:
    """The latest meetings, in route order, by which the point is decided before the start.

    () when the calendar holds no such chain, or nothing is left to decide. Bodies that have
    settled the point are left out.
    """
    links: list[Link] = []
    latest = plan.content.period.start - timedelta(days=1)
    for bodies in reversed(_remaining(plan, point)):
        found = [_link(body, latest, reference) for body in bodies]
        if any(link is None for link in found):
            return ()
        stage_links = [link for link in found if link is not None]
        links = stage_links + links
        latest = min((link.agenda_on for link in stage_links), default=latest)
    return tuple(links)


def _remaining(plan: Plan, point: str) -> list[list[str]]:
    """The bodies that have yet to deal with the point, stage by stage."""
    way = steps(plan, point)
    if is_passed(plan, point) or any(step.standing is Standing.ENDED for step in way):
        return []
    stages: dict[str, list[str]] = {}
    for step in way:
        if step.standing is not Standing.SETTLED:
            stages.setdefault(step.stage.id, []).append(step.body)
    return list(stages.values())


def _link(body: str, latest: date, reference: Reference) -> Link | None:
    meeting = reference.last_meeting(body, latest)
    known = reference.body_by_id.get(body)
    if meeting is None or known is None:
        return None
    return Link(
        body=body,
        paper_on=working_day_before(meeting - timedelta(days=known.paper_days)),
        agenda_on=add_working_days(meeting, -known.agenda_working_days),
        meeting_on=meeting,
    )
