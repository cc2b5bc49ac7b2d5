"""Answers: how far has each point come on the plan's route, and in which phase is the plan?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from domain.plan.decision import DRAFT_STEP, ENDING, PASSING, WITHOUT_EFFECT, Outcome
from domain.plan.events import FiledRoute
from domain.plan.state import Decision, Ending, Paper, Phase, Plan
from domain.reference import Authority, PointKind, Stage, StageKind, Station


class Standing(StrEnum):
    """Where one point stands with one body."""

    AHEAD = "ahead"
    """An earlier body has not finished."""
    WAITING = "waiting"
    ON_AGENDA = "on_agenda"
    POSTPONED = "postponed"
    WITH_CASE_OFFICE = "with_case_office"
    """Taken off the agenda: a new paper is needed."""
    SETTLED = "settled"
    ENDED = "ended"
    """The point came to its end here: rejected by who decides, dropped or lapsed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One body's turn on one point."""

    point: str
    stage: Stage
    body: str
    authority: Authority
    standing: Standing
    decision: Decision | None
    """The decision that brought it here, if any."""
    meeting_on: date | None
    """The meeting that a paper or a postponement names."""


PHASE_OF = {
    StageKind.FORUM: Phase.FORUM,
    StageKind.COMMITTEES: Phase.COMMITTEES,
    StageKind.FINANCE: Phase.FINANCE,
    StageKind.COUNCIL: Phase.COUNCIL,
}
AFTER_COUNCIL = {
    Ending.WITHDRAWN: Phase.WITHDRAWN,
    Ending.LAPSED: Phase.LAPSED,
    Ending.TERMINATED: Phase.TERMINATED,
    Ending.REFUSED_BY_LBF: Phase.REFUSED_BY_LBF,
}


class Trail(NamedTuple):
    """All that a point's way follows from. The same parts (by identity) are the same trail."""

    filed: FiledRoute | None
    decisions: tuple[Decision, ...]
    papers: tuple[Paper, ...]

    def __hash__(self) -> int:
        return hash((id(self.filed), id(self.decisions), id(self.papers)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Trail)
            and self.filed is other.filed
            and self.decisions is other.decisions
            and self.papers is other.papers
        )

    def __ne__(self, other: object) -> bool:
        return not self == other


def steps(plan: Plan, point: str) -> tuple[Step, ...]:
    """The point's way through the bodies of its route, in order; () when it is not on it."""
    return _steps(Trail(plan.filed, plan.decisions, plan.papers), point)


# Deadlines, tasks and the package ask for the same few ways some sixty times for one plan.
@lru_cache(maxsize=512)
def _steps(trail: Trail, point: str) -> tuple[Step, ...]:
    standing = standing_decisions(trail, point)
    found: list[Step] = []
    first_open: str | None = None
    for stage, station, authority in _stations(trail, point, standing):
        step = _step(trail, point, stage, station.body, authority, standing)
        if first_open not in (None, stage.id) and step.decision is None:
            step = replace(step, standing=Standing.AHEAD)
        elif step.standing is not Standing.SETTLED:
            first_open = first_open or stage.id
            step = _unless_spent(step, found)
        found.append(step)
    return _before_the_end(found)


def _unless_spent(step: Step, before: list[Step]) -> Step:
    """A place on an agenda is worth nothing when the body's turn came after that meeting."""
    if step.decision is not None or step.meeting_on is None:
        return step
    met = (s.decision for s in before if s.stage.id != step.stage.id)
    turn_on = max((d.sitting.meeting_on for d in met if d is not None), default=step.meeting_on)
    if turn_on <= step.meeting_on:
        return step
    return replace(step, standing=Standing.WAITING, meeting_on=None)


def _stations(
    plan: Trail, point: str, standing: dict[str, Decision]
) -> Iterator[tuple[Stage, Station, Authority]]:
    if plan.filed is None:
        return
    called_in = any(_is_called_in(decision) for decision in standing.values())
    for stage in plan.filed.stages:
        for station in stage.stations:
            authority = station.points.get(point)
            if called_in and stage.kind is StageKind.COUNCIL:
                yield stage, station, Authority.DECIDES
            elif authority is not None:
                yield stage, station, authority


def _is_called_in(decision: Decision) -> bool:
    call_in = decision.ruling.call_in
    return call_in is not None and not call_in.is_withdrawn


def standing_decisions(plan: Plan | Trail, point: str) -> dict[str, Decision]:
    """Each body's last decision with an effect that has not lapsed by a return, by body."""
    found: dict[str, Decision] = {}
    for decision in plan.decisions:
        ruling = decision.ruling
        if ruling.point != point or ruling.outcome in WITHOUT_EFFECT:
            continue
        if ruling.outcome is Outcome.SENT_BACK:
            kept = _stages_before(plan, ruling.returned_to or DRAFT_STEP)
            found = {body: each for body, each in found.items() if body in kept}
        else:
            found[decision.sitting.body] = decision
    return found


def _stages_before(plan: Plan | Trail, step: str) -> set[str]:
    """The bodies on the stages before a named step; none before the draft."""
    kept: set[str] = set()
    for stage in plan.filed.stages if plan.filed and step != DRAFT_STEP else ():
        if stage.id == step:
            break
        kept |= {station.body for station in stage.stations}
    return kept


def _step(
    plan: Trail,
    point: str,
    stage: Stage,
    body: str,
    authority: Authority,
    standing: dict[str, Decision],
) -> Step:
    decision = standing.get(body)
    if authority is Authority.DECIDES and decision and decision.authority is Authority.RECOMMENDS:
        decision = None  # on its former route the body only recommended: it has yet to decide
    paper_on = _agenda_day(plan, point, body, decision)
    if decision is None:
        where = Standing.WAITING if paper_on is None else Standing.ON_AGENDA
        return Step(point, stage, body, authority, where, None, paper_on)
    outcome = decision.ruling.outcome
    if outcome is Outcome.POSTPONED:
        meeting = paper_on or decision.ruling.postponed_to
        return Step(point, stage, body, authority, Standing.POSTPONED, decision, meeting)
    if outcome is Outcome.WITHDRAWN_FROM_AGENDA:
        where = Standing.WITH_CASE_OFFICE if paper_on is None else Standing.ON_AGENDA
        return Step(point, stage, body, authority, where, decision, paper_on)
    is_no = outcome is Outcome.REJECTED and authority is Authority.DECIDES
    ends = (outcome in ENDING or is_no) and not _is_called_in(decision)
    where = Standing.ENDED if ends else Standing.SETTLED
    return Step(point, stage, body, authority, where, decision, decision.sitting.meeting_on)


def _agenda_day(plan: Trail, point: str, body: str, decision: Decision | None) -> date | None:
    """The latest meeting that a paper names, filed after the body last dealt with the point."""
    since = max(decision.version if decision else 0, returned_version(plan, point))
    days = [
        place.meeting_on
        for paper in plan.papers
        if paper.version > since and point in paper.points
        for place in paper.places
        if place.body == body
    ]
    return days[-1] if days else None


def returned_version(plan: Plan | Trail, point: str) -> int:
    """The plan's version when the point was last sent back, or 0: papers before it are spent."""
    returned = [
        each.version
        for each in plan.decisions
        if each.ruling.point == point and each.ruling.outcome is Outcome.SENT_BACK
    ]
    return returned[-1] if returned else 0


def _before_the_end(found: list[Step]) -> tuple[Step, ...]:
    """Nothing comes after the body that ended the point."""
    for index, step in enumerate(found):
        if step.standing is Standing.ENDED:
            return tuple(found[: index + 1])
    return tuple(found)


def open_steps(plan: Plan, point: str) -> tuple[Step, ...]:
    """The bodies whose turn it is now, in parallel; () when the point is through or ended."""
    way = steps(plan, point)
    if any(step.standing is Standing.ENDED for step in way) or is_passed(plan, point):
        return ()
    unfinished = [s for s in way if s.standing not in (Standing.SETTLED, Standing.AHEAD)]
    # A body on an earlier stage that decided anew comes first; who had postponed it waits again.
    return tuple(step for step in unfinished if step.stage.id == unfinished[0].stage.id)


def deciding_decision(plan: Plan, point: str) -> Decision | None:
    """The passing decision of the body (the last, if several) that decides the point."""
    passed = None
    for step in steps(plan, point):
        if step.authority is not Authority.DECIDES:
            continue
        if step.decision is not None and _is_called_in(step.decision):
            continue  # stopped: the council, which stands later on the route, decides instead
        if step.decision is None or step.decision.ruling.outcome not in PASSING:
            return None
        passed = step.decision
    return passed


def is_passed(plan: Plan, point: str) -> bool:
    """Has the point been decided with a yes by everyone who decides it?"""
    return deciding_decision(plan, point) is not None


def ended_by(plan: Plan, point: str) -> Decision | None:
    """The decision that ended the point with a no, or None."""
    return next((s.decision for s in steps(plan, point) if s.standing is Standing.ENDED), None)


def points_of(plan: Plan, kind: PointKind) -> tuple[str, ...]:
    """The ids of the plan's points of a kind, also those that are not applicable."""
    filed = plan.filed
    return tuple(point.id for point in filed.points if point.kind is kind) if filed else ()


def content_point(plan: Plan) -> str | None:
    return next(iter(points_of(plan, PointKind.CONTENT)), None)


def council_approved_on(plan: Plan) -> date | None:
    """The day of the meeting that approved the plan's content, or None."""
    point = content_point(plan)
    decision = deciding_decision(plan, point) if point else None
    return decision.sitting.meeting_on if decision else None


def phase(plan: Plan) -> Phase:
    """Where the plan is in its life. It follows from the facts and is stored nowhere."""
    if plan.closed_on is not None:
        return Phase.CLOSED
    if plan.ending is not None:
        return AFTER_COUNCIL[plan.ending]
    if plan.expired_on is not None:
        return Phase.EXPIRED
    if plan.started_on is not None:
        return Phase.RUNNING
    point = content_point(plan)
    if point is None or is_back_in_draft(plan):
        return Phase.DRAFT
    return _phase_on_route(plan, point)


def is_back_in_draft(plan: Plan) -> bool:
    """Was the content sent back to its draft and not submitted again?"""
    point = content_point(plan)
    return any(
        decision.ruling.point == point
        and decision.ruling.outcome is Outcome.SENT_BACK
        and decision.ruling.returned_to == DRAFT_STEP
        and decision.version > plan.submitted_version
        for decision in plan.decisions
    )


def _phase_on_route(plan: Plan, point: str) -> Phase:
    ended = ended_by(plan, point)
    if ended is not None:
        is_no = ended.ruling.outcome is Outcome.REJECTED
        return Phase.REJECTED if is_no else Phase.LAPSED
    if is_passed(plan, point):
        if plan.committed_on is not None:
            return Phase.COMMITTED
        return Phase.AT_LBF if plan.sent_on is not None else Phase.APPROVED
    waiting = open_steps(plan, point)
    return PHASE_OF[waiting[0].stage.kind] if waiting else Phase.COUNCIL
