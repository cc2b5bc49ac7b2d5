"""Answers: which commands would have recorded a past fact, and what does history say differently?

The rules judge the command; its consequences are the fact's events. Where the row says more than a
command can, the row's own event stands in their place.
"""

from collections.abc import Iterator

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.progress import points_of
from domain.plan.state import Decision, Plan
from domain.reference import PointKind, Reference
from domain.values import TextRef
from infrastructure.importing.columns import STAR
from infrastructure.importing.fact import Asked, Fact, artefacts
from infrastructure.importing.faults import BadCell
from infrastructure.importing.naming import RowName
from infrastructure.importing.plain_facts import plain
from infrastructure.importing.ruling import rulings, sitting

UNSTATED = "0000-0"
"""Stands in a command, for judging only, where a letter's number is not known any more."""


def asked(fact: Fact, plan: Plan, revision: int, reference: Reference) -> Iterator[Asked]:
    """The commands of a row, in order. `revision` is the one in force.

    Raises BadCell for what a row can only say wrongly once the plan's state is known.
    """
    match fact.kind:
        case "decision_recorded":
            yield _decision(fact, plan, reference)
        case "entry_corrected":
            yield _correction(fact, plan, reference)
        case "plan_submitted" | "route_changed":
            yield _filing(fact, revision)
        case kind if kind.startswith("report_"):
            yield from _report(fact, plan)
        case "paper_filed" | "point_waived" | "point_found_in_force":
            yield from _points(fact, plan, reference)
        case "minutes_signed" | "call_in_withdrawn" | "condition_answered" | "sent_to_lbf":
            yield from _about(fact, plan)
        case _:
            yield plain(fact)


def _filing(fact: Fact, revision: int) -> Asked:
    on, row = fact.get("on"), fact.filing[revision]
    if fact.kind == "route_changed":
        committees = fact.get("committees") or ()
        return Asked(
            c.ChangeRoute(
                on=on,
                route=fact.get("route"),
                committees=committees,
                committees_reason=fact.stated() if committees else None,
                reason=fact.stated(),
            )
        )
    reason = fact.text()
    if reason is None and (body := row.values.get("committees_reason")):
        name = RowName(fact.name.plan, "plans", revision)
        reason = fact.texts.ref(name, "committees_reason", body)
    return Asked(
        c.Submit(
            on=on,
            route=row.values.get("route"),
            committees=row.values.get("committees", ()),
            committees_reason=reason,
        )
    )


def _decision(fact: Fact, plan: Plan, reference: Reference) -> Asked:
    former: dict[str, str] = {}
    if fact.get("about"):
        former = {d.ruling.point: d.id for d in _decisions(fact, plan)}
    points = _named_points(fact, plan, (fact.get("body"),), reference)
    command = c.RecordDecision(
        on=fact.get("on"),
        sitting=sitting(fact.row),
        rulings=rulings(fact.row, points, fact.text, fact.name, fact.texts),
        is_new_decision=bool(former),
    )

    def amend(event: e.PlanEvent) -> e.PlanEvent:
        if isinstance(event, e.DecisionRecorded) and event.ruling.point in former:
            return event.model_copy(update={"supersedes": former[event.ruling.point]})
        return event

    return Asked(command, amend)


def _correction(fact: Fact, plan: Plan, reference: Reference) -> Asked:
    found = _decisions(fact, plan)
    points = _named_points(fact, plan, (fact.get("body"),), reference)
    if len(found) != 1 or len(points) != 1:
        raise BadCell("one_decision_only", column="about")
    (ruling,) = rulings(fact.row, points, fact.text, fact.name, fact.texts)
    return Asked(
        c.CorrectEntry(
            on=fact.get("on"),
            decision=found[0].id,
            sitting=sitting(fact.row),
            ruling=ruling,
            reason=fact.stated("correction"),
        )
    )


def _report(fact: Fact, plan: Plan) -> Iterator[Asked]:
    on, year, document = fact.get("on"), fact.get("year"), fact.get("document_number")
    for artefact in artefacts(fact, plan):
        match fact.kind:
            case "report_submitted":
                yield Asked(
                    c.SubmitReport(on=on, year=year, artefact=artefact, document_number=document)
                )
            case "report_accepted":
                yield Asked(c.AcceptReport(on=on, year=year, artefact=artefact))
            case "report_returned":
                yield Asked(
                    c.ReturnReport(
                        on=on,
                        year=year,
                        artefact=artefact,
                        remarks=fact.stated(),
                        answer_by=fact.get("until"),
                    )
                )
            case _:
                yield Asked(
                    c.ExtendReport(
                        on=on,
                        year=year,
                        artefact=artefact,
                        until=fact.get("until"),
                        document_number=document or UNSTATED,
                    ),
                    lambda event: event.model_copy(update={"document_number": document}),
                )


def _points(fact: Fact, plan: Plan, reference: Reference) -> Iterator[Asked]:
    on, document = fact.get("on"), fact.get("document_number")
    if fact.kind == "paper_filed":
        places = tuple(e.AgendaPlace(body=b, meeting_on=day) for b, day in fact.get("places"))
        bodies = tuple(place.body for place in places)
        points = _named_points(fact, plan, bodies, reference, is_paper=True)
        yield Asked(c.FilePaper(on=on, document_number=document, points=points, places=places))
        return
    for point in _named_points(fact, plan, (), reference):
        if fact.kind == "point_found_in_force":
            yield Asked(c.FindInForce(on=on, point=point, document_number=document))
        else:
            yield _waiver(fact, point)


def _waiver(fact: Fact, point: str) -> Asked:
    """A command knows only reasons that a person states; history has the codes too."""
    (code,) = fact.get("outcome")
    reason = fact.text()
    waived = e.NotApplicable(point=point, code=code, reason=reason)
    judged = reason or TextRef(id=fact.name.command_id, digest="0" * 64)
    command = c.WaivePoint(on=fact.get("on"), point=point, reason=judged)
    return Asked(command, lambda event: event.model_copy(update={"waived": waived}))


def _named_points(
    fact: Fact,
    plan: Plan,
    bodies: tuple[str, ...],
    reference: Reference,
    *,
    is_paper: bool = False,
) -> tuple[str, ...]:
    """The points of a row, with `*` and `contract` written out for this plan and these bodies."""
    for body in bodies:
        if body not in reference.body_by_id:
            column = "places" if is_paper else "body"
            raise BadCell("unknown_body", column=column, body=body)
    found: list[str] = []
    for point in fact.get("points"):
        if point == STAR:
            found += _every_point(plan, bodies, is_paper=is_paper)
        elif point == PointKind.CONTRACT:
            found += points_of(plan, PointKind.CONTRACT)
        else:
            found.append(point)
    if not found:
        raise BadCell("no_points_here", column="points")
    return tuple(found)


def _every_point(plan: Plan, bodies: tuple[str, ...], *, is_paper: bool) -> list[str]:
    """What the route gives the bodies; decisions leave out what needs none."""
    if plan.filed is None:
        return []
    done = set(plan.in_force) | {each.point for each in plan.not_applicable}
    given = {
        point
        for stage in plan.filed.stages
        for station in stage.stations
        if station.body in bodies
        for point in station.points
    }
    return [p.id for p in plan.filed.points if p.id in given and (is_paper or p.id not in done)]


def _about(fact: Fact, plan: Plan) -> Iterator[Asked]:
    on = fact.get("on")
    match fact.kind:
        case "minutes_signed":
            meetings = {
                (d.sitting.body, d.sitting.meeting_on): None for d in _decisions(fact, plan)
            }
            for body, meeting_on in meetings:
                yield Asked(c.SignMinutes(on=on, body=body, meeting_on=meeting_on))
        case "call_in_withdrawn":
            found = _decisions(fact, plan)
            for each in [d for d in found if d.ruling.call_in is not None] or found:
                yield Asked(c.WithdrawCallIn(on=on, decision=each.id))
        case "condition_answered":
            found = _decisions(fact, plan)
            for each in [d for d in found if d.ruling.condition is not None] or found:
                yield Asked(c.AnswerCondition(on=on, decision=each.id, answer=fact.stated()))
        case _:
            command = c.SendToLbf(on=on, document_number=fact.get("document_number"))
            dissents = tuple(d.id for d in _decisions(fact, plan)) if fact.get("about") else None
            yield Asked(command, lambda event: _with_dissents(event, dissents))


def _with_dissents(event: e.PlanEvent, dissents: tuple[str, ...] | None) -> e.PlanEvent:
    return event if dissents is None else event.model_copy(update={"dissents": dissents})


def _decisions(fact: Fact, plan: Plan) -> list[Decision]:
    """The decisions that a row names; of several on one point at one meeting the latest."""
    found: dict[str, Decision] = {}
    for body, day, point in fact.get("about"):
        latest = {
            d.ruling.point: d
            for d in plan.decisions
            if (d.sitting.body, d.sitting.meeting_on) == (body, day)
            and point in (None, d.ruling.point)
        }
        if not latest:
            known = sorted({f"{d.sitting.body}/{d.sitting.meeting_on}" for d in plan.decisions})
            named = f"{body}/{day}" + (f"#{point}" if point else "")
            listed = ", ".join(known)
            raise BadCell("no_such_decision", column="about", decision=named, known=listed)
        found |= {each.id: each for each in latest.values()}
    return list(found.values())
