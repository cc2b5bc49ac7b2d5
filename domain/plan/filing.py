"""Answers: may a plan be drafted, submitted and put on papers, and what follows?"""

from collections.abc import Iterator
from datetime import date

from domain.calendar import default_end
from domain.money import share_of
from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.content import MUNICIPAL, Content, Source
from domain.plan.context import Context
from domain.plan.progress import is_passed, open_steps, phase
from domain.plan.state import ON_ROUTE, OVER, Phase, Plan
from domain.reference import Authority, Point, PointKind, Route, Stage, Station
from domain.refusals import Refusal

FORUM = "forum"
"""The body in a route that stands for the forum of the plan's own area."""


def content_problems(content: Content, context: Context) -> Iterator[Refusal]:
    """What is wrong with a draft already while it is being written."""
    reference = context.reference
    area = reference.area_by_id.get(content.area)
    if area is None:
        yield Refusal("unknown_area", area=content.area, known=sorted(reference.area_by_id))
    known = reference.intervention_by_id
    for each in content.intervention_areas:
        if each not in known:
            yield Refusal("unknown_intervention_area", id=each, known=sorted(known))
    goals = {goal.id for goal in reference.goals}
    for goal in [*(g.goal for g in content.goals), *(k.goal for k in content.criteria)]:
        if goal not in goals:
            yield Refusal("unknown_goal", goal=goal, known=sorted(goals))
    if content.has_pool_money and area is not None and not area.vulnerable:
        yield Refusal("area_not_eligible", area=area.id)


def submission_problems(content: Content, context: Context) -> Iterator[Refusal]:
    """What a plan must have before it may enter its route."""
    yield from content_problems(content, context)
    if not content.goals:
        yield Refusal("goal_required")
    if not content.intervention_areas:
        yield Refusal("intervention_area_required")
    yield from period_problems(content, context)
    yield from money_problems(content, context)


def period_problems(content: Content, context: Context) -> Iterator[Refusal]:
    """Four years are usual; another length says why [F12]."""
    usual = default_end(content.period.start, context.reference.parameters.usual_years)
    if content.period.end != usual and content.period_reason is None:
        yield Refusal("period_reason_required", usual_end=usual.isoformat())


def money_problems(content: Content, context: Context) -> Iterator[Refusal]:
    parameters = context.reference.parameters
    parts = sum(each.amount_oere for each in content.funding)
    if parts != content.budget_oere:
        yield Refusal("funding_differs", parts_oere=parts, budget_oere=content.budget_oere)
    ceiling = share_of(content.budget_oere, parameters.municipal_ceiling)
    if content.municipal_oere > ceiling:
        yield Refusal(
            "municipal_share_too_high",
            amount_oere=content.municipal_oere,
            ceiling_oere=ceiling,
            over_oere=content.municipal_oere - ceiling,
        )
    lbf_ceiling = share_of(content.budget_oere, parameters.lbf_ceiling)
    if content.part(Source.LBF) > lbf_ceiling:
        yield Refusal(
            "lbf_share_too_high", amount_oere=content.part(Source.LBF), ceiling_oere=lbf_ceiling
        )


def draft_problems(plan: Plan | None, command: c.Draft, context: Context) -> Iterator[Refusal]:
    if plan is not None:
        yield Refusal("plan_exists", title=plan.content.title)
    yield from content_problems(command.content, context)


def revise_problems(plan: Plan, command: c.Revise, context: Context) -> Iterator[Refusal]:
    if phase(plan) is not Phase.DRAFT:
        yield Refusal("not_a_draft", phase=phase(plan))
    yield from content_problems(command.content, context)


def submit_problems(plan: Plan, command: c.Submit, context: Context) -> Iterator[Refusal]:
    if phase(plan) is not Phase.DRAFT:
        since = plan.submitted_on.isoformat() if plan.submitted_on else None
        yield Refusal("already_submitted", since=since, phase=phase(plan))
    if plan.content.period.start <= (command.on or context.today):
        yield Refusal("start_has_passed", start=plan.content.period.start.isoformat())
    yield from submission_problems(plan.content, context)
    if plan.filed is not None and command.route not in (None, plan.filed.route):
        yield Refusal("route_by_change", route=plan.filed.route)
    route = _wanted_route(plan, command.route, command.on or context.today, context)
    yield from _route_problems(plan, command, route, context)


def change_route_problems(
    plan: Plan, command: c.ChangeRoute, context: Context
) -> Iterator[Refusal]:
    if phase(plan) not in ON_ROUTE:
        yield Refusal("not_under_way", phase=phase(plan))
    route = context.reference.route(command.route)
    yield from _route_problems(plan, command, route, context)


def _route_problems(
    plan: Plan, command: c.Submit | c.ChangeRoute, route: Route | None, context: Context
) -> Iterator[Refusal]:
    if route is None:
        known = [each.id for each in context.reference.routes]
        yield Refusal("unknown_route", route=command.route, known=known)
        return
    choosable = {s.body for stage in route.stages if stage.chosen for s in stage.stations}
    unknown = sorted(set(command.committees) - choosable)
    if unknown:
        yield Refusal("committee_not_on_route", committees=unknown, known=sorted(choosable))
    if choosable and not command.committees:
        yield Refusal("committees_required", known=sorted(choosable))
    if command.committees and command.committees_reason is None:
        yield Refusal("committees_reason_required")
    if (
        _needs_forum(route)
        and _forum_of(plan, context) is None
        and _is_in_vulnerable(plan, context)
    ):
        yield Refusal("area_has_no_forum", area=plan.content.area)


def _needs_forum(route: Route) -> bool:
    return any(s.body == FORUM for stage in route.stages for s in stage.stations)


def _is_in_vulnerable(plan: Plan, context: Context) -> bool:
    area = context.reference.area_by_id.get(plan.content.area)
    return area is not None and area.vulnerable


def _forum_of(plan: Plan, context: Context) -> str | None:
    area = context.reference.area_by_id.get(plan.content.area)
    return area.forum if area else None


def _wanted_route(plan: Plan, named: str | None, day: date, context: Context) -> Route | None:
    if named is not None:
        return context.reference.route(named)
    if plan.filed is not None:
        return context.reference.route(plan.filed.route)
    return context.reference.route_on(day)


def submit(plan: Plan, command: c.Submit, context: Context) -> list[e.PlanEvent]:
    on = command.on or context.today
    route = _wanted_route(plan, command.route, on, context)
    if route is None:
        raise Refusal("unknown_route", route=command.route)
    return [e.PlanSubmitted(on=on, filed=_file(plan, command, route, context))]


def change_route(plan: Plan, command: c.ChangeRoute, context: Context) -> list[e.PlanEvent]:
    route = context.reference.route(command.route)
    if route is None:
        raise Refusal("unknown_route", route=command.route)
    filed = _file(plan, command, route, context)
    return [e.RouteChanged(on=command.on or context.today, filed=filed, reason=command.reason)]


def _file(
    plan: Plan, command: c.Submit | c.ChangeRoute, route: Route, context: Context
) -> e.FiledRoute:
    """The route as this plan takes it: own forum, chosen committees, a point per contract."""
    contracts = _contract_points(plan, route, context)
    stages = [_stage(plan, stage, command, contracts, context) for stage in route.stages]
    points = [p for p in route.points if p.kind is not PointKind.CONTRACT]
    filed_points = (*points, *(point for found in contracts.values() for point in found))
    return e.FiledRoute(
        route=route.id,
        version=context.reference.versions.get("routes", 0),
        points=filed_points,
        stages=tuple(stage for stage in stages if stage is not None),
        committees=command.committees,
        committees_reason=command.committees_reason,
        not_applicable=tuple(_not_applicable(plan, filed_points, context)),
    )


def _contract_points(plan: Plan, route: Route, context: Context) -> dict[str, tuple[Point, ...]]:
    """A route's contract point becomes one for each of the plan's areas that may have one."""
    known = context.reference.intervention_by_id
    areas = [known[a] for a in plan.content.intervention_areas if a in known]
    return {
        point.id: tuple(
            Point(
                id=f"{point.id}/{area.id}",
                kind=PointKind.CONTRACT,
                da=f"{point.da}, {area.da}",
                en=f"{point.en}, {area.en}",
            )
            for area in areas
            if area.may_have_contract
        )
        for point in route.points
        if point.kind is PointKind.CONTRACT
    }


def _stage(
    plan: Plan,
    stage: Stage,
    command: c.Submit | c.ChangeRoute,
    contracts: dict[str, tuple[Point, ...]],
    context: Context,
) -> Stage | None:
    stations = [
        _station(plan, station, contracts, context)
        for station in stage.stations
        if not stage.chosen or station.body in command.committees
    ]
    present = tuple(station for station in stations if station is not None)
    return stage.model_copy(update={"stations": present}) if present else None


def _station(
    plan: Plan, station: Station, contracts: dict[str, tuple[Point, ...]], context: Context
) -> Station | None:
    body = _forum_of(plan, context) if station.body == FORUM else station.body
    if body is None:
        return None
    points: dict[str, Authority] = {}
    for point, authority in station.points.items():
        expanded = [each.id for each in contracts[point]] if point in contracts else [point]
        points |= dict.fromkeys(expanded, authority)
    return Station(body=body, points=points)


def _not_applicable(
    plan: Plan, points: tuple[Point, ...], context: Context
) -> Iterator[e.NotApplicable]:
    has_forum = _is_in_vulnerable(plan, context)
    for point in points:
        if point.kind is PointKind.CONTRACT and not has_forum:
            yield e.NotApplicable(point=point.id, code="outside_areas")
        if point.kind is PointKind.MONEY and not plan.content.part(*MUNICIPAL):
            yield e.NotApplicable(point=point.id, code="no_municipal_money")


def file_paper_problems(plan: Plan, command: c.FilePaper, context: Context) -> Iterator[Refusal]:
    if plan.filed is None or phase(plan) is Phase.DRAFT:
        yield Refusal("not_submitted", phase=phase(plan))
        return
    yield from over_problems(plan)
    on = command.on or context.today
    known = {point.id for point in plan.filed.points}
    for point in command.points:
        if point not in known:
            yield Refusal("unknown_point", point=point, known=sorted(known))
        elif is_passed(plan, point):
            yield Refusal("point_already_decided", point=point)
    bodies = {s.body for stage in plan.filed.stages for s in stage.stations}
    for place in command.places:
        if place.body not in bodies:
            yield Refusal("body_not_on_route", body=place.body, known=sorted(bodies))
        elif place.meeting_on < on:
            yield Refusal("meeting_has_passed", meeting_on=place.meeting_on.isoformat())
        else:
            yield from _calendar_problems(place, context)


def _calendar_problems(place: e.AgendaPlace, context: Context) -> Iterator[Refusal]:
    meetings = context.reference.meetings.get(place.body)
    if meetings and place.meeting_on not in meetings:
        following = context.reference.next_meeting(place.body, place.meeting_on)
        yield Refusal(
            "no_meeting_that_day",
            body=place.body,
            meeting_on=place.meeting_on.isoformat(),
            next_meeting=following.isoformat() if following else None,
        )


def point_problems(plan: Plan, command: c.WaivePoint | c.FindInForce) -> Iterator[Refusal]:
    if plan.filed is None:
        yield Refusal("not_submitted", phase=phase(plan))
        return
    known = {point.id for point in plan.filed.points}
    if command.point not in known:
        yield Refusal("unknown_point", point=command.point, known=sorted(known))
    elif is_passed(plan, command.point):
        yield Refusal("point_already_decided", point=command.point)


def over_problems(plan: Plan) -> Iterator[Refusal]:
    """A plan that has ended takes no more steps towards its approval."""
    if phase(plan) in OVER:
        ended = plan.ended_on.isoformat() if plan.ended_on else None
        yield Refusal("plan_ended", phase=phase(plan), ended_on=ended)


def waiting_bodies(plan: Plan, point: str) -> list[str]:
    return [step.body for step in open_steps(plan, point)]
