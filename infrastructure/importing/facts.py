"""Answers: which commands would have recorded a past fact, and what does history say differently?

The rules judge the command; its consequences are the fact's events. Where the row says more than a
command can, the row's own event stands in their place.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.content import Content
from domain.plan.events import Artefact
from domain.plan.package import is_money_released
from domain.plan.progress import council_approved_on, points_of
from domain.plan.reports import is_owed
from domain.plan.state import Decision, Plan
from domain.reference import PointKind, Reference
from domain.values import TextRef
from infrastructure.importing.columns import STAR
from infrastructure.importing.faults import BadCell
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Row
from infrastructure.importing.ruling import rulings, sitting

UNSTATED = "0000-0"
"""Stands in a command, for judging only, where a letter's number is not known any more."""
EVERY_PART = tuple(e.PrequalificationPart)
CLOCKED = frozenset(
    {"plan_started", "start_date_passed", "reports_opened", "report_overdue", "plan_expired"}
)
"""What the clock brings by itself; a row says it only where history differed."""


def as_it_was(event: e.PlanEvent) -> e.PlanEvent:
    return event


@dataclass(frozen=True, slots=True)
class Asked:
    """One command that the rules judge; `amend` says what was different from its consequence."""

    command: c.PlanCommand
    amend: Callable[[e.PlanEvent], e.PlanEvent] = as_it_was


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of `facts.csv`, and what else its plan's rows say."""

    name: RowName
    row: Row
    contents: dict[int, Content]
    """By revision."""
    filing: dict[int, Row]
    """The rows of `plans.csv`, by revision."""
    texts: Texts

    @property
    def kind(self) -> str:
        return str(self.row.values["fact"])

    def get(self, column: str) -> Any:
        return self.row.values.get(column)

    def text(self, column: str = "text") -> TextRef | None:
        body = self.get(column)
        return self.texts.ref(self.name, column, body) if body else None

    def stated(self, column: str = "text") -> TextRef:
        """A text that the row was found to hold when it was read."""
        return self.texts.ref(self.name, column, self.get(column))


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
            yield _plain(fact)


def by_clock(fact: Fact, plan: Plan) -> list[e.PlanEvent]:
    """The events of a row about what the clock else brings by itself."""
    on, year = fact.get("on"), fact.get("year")
    words: tuple[str, ...] = fact.get("outcome") or ()
    match fact.kind:
        case "plan_started":
            released = words == ("released",) if words else is_money_released(plan)
            return [e.PlanStarted(on=on, is_money_released=released)]
        case "start_date_passed":
            found = [("approval", council_approved_on(plan)), ("commitment", plan.committed_on)]
            lacks = words or tuple(name for name, day in found if day is None)
            return [e.StartDatePassed.model_validate({"on": on, "lacks": lacks})]
        case "reports_opened":
            return [e.ReportsOpened(on=on, year=year)]
        case "report_overdue":
            return [
                e.ReportOverdue(on=on, year=year, artefact=artefact)
                for artefact in _artefacts(fact, plan)
            ]
        case _:
            return [e.PlanExpired(on=on)]


def clock_keys(row: Row) -> set[tuple[str, Any, str]]:
    """What a row keeps the clock from bringing, as `clock_key` names it."""
    kind, year = row.values["fact"], row.values.get("year")
    if kind not in CLOCKED:
        return set()
    artefacts = row.values.get("artefact") or ("",)
    named = tuple(Artefact) if STAR in artefacts else artefacts
    return {(kind, year, str(each)) for each in named}


def agrees(row: Row, event: e.PlanEvent) -> bool:
    """Does a row say of what the clock brings just what the clock says?"""
    words = row.values.get("outcome")
    stated: tuple[str, ...]
    match event:
        case e.PlanStarted():
            stated = ("released" if event.is_money_released else "not_released",)
        case e.StartDatePassed():
            stated = event.lacks
        case _:
            stated = ()
    return row.values["on"] == event.on and words in (None, stated)


def clock_key(event: e.PlanEvent) -> tuple[str, Any, str]:
    artefact = getattr(event, "artefact", "")
    return event.type, getattr(event, "year", None), str(artefact)


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
    for artefact in _artefacts(fact, plan):
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


def _artefacts(fact: Fact, plan: Plan) -> list[Artefact]:
    """`*` is what is owed for the year; where nothing is, all three, and the rules will say so."""
    named = fact.get("artefact")
    if STAR not in named:
        return [Artefact(each) for each in named]
    owed = [each for each in Artefact if is_owed(plan, fact.get("year"), each)]
    return owed or list(Artefact)


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


def _plain(fact: Fact) -> Asked:
    """Facts whose columns are the fields of one command."""
    on = fact.get("on")
    document = fact.get("document_number")
    flags = fact.get("flags") or ()
    match fact.kind:
        case "draft_revised":
            return Asked(c.Revise(on=on, content=fact.contents[fact.get("revision")]))
        case "plan_changed":
            content = fact.contents[fact.get("revision")]
            return Asked(
                c.Change(on=on, content=content, reason=fact.stated(), document_number=document)
            )
        case "prequalification_recorded":
            answer = {("approved",): True, ("refused",): False}.get(fact.get("outcome"))
            parts = tuple(e.PrequalificationPart(each) for each in flags) or EVERY_PART
            return Asked(
                c.RecordPrequalification(
                    on=on, parts=parts, is_approved=answer, document_number=document
                )
            )
        case "residents_vote_recorded":
            ((estate, in_favour, against, _),) = fact.get("votes")
            return Asked(
                c.RecordResidentsVote(
                    on=on, estate=estate, votes_for=in_favour, votes_against=against
                )
            )
        case "organisation_approved":
            return Asked(c.RecordOrganisationApproval(on=on, organisation=fact.get("subject")))
        case "lbf_committed":
            amount = fact.get("amount_kr")
            return Asked(c.RecordLbfCommitment(on=on, amount_oere=amount, document_number=document))
        case "lbf_refused":
            return Asked(c.RecordLbfRefusal(on=on, document_number=document, reason=fact.text()))
        case "plan_suspended":
            return Asked(c.Suspend(on=on, reason=fact.stated(), moves_end="moves_end" in flags))
        case "plan_resumed":
            until = fact.get("until")
            amend = as_it_was
            if until is not None:

                def amend(event: e.PlanEvent) -> e.PlanEvent:
                    return event.model_copy(update={"end": until})

            return Asked(c.Resume(on=on), amend)
        case _:
            return _late(fact)


def _late(fact: Fact) -> Asked:
    """Facts of a plan's later life."""
    on = fact.get("on")
    document = fact.get("document_number")
    match fact.kind:
        case "plan_extended":
            until = fact.get("until")
            return Asked(c.Extend(on=on, end=until, reason=fact.stated(), document_number=document))
        case "plan_withdrawn":
            return Asked(c.Withdraw(on=on, reason=fact.stated()))
        case "plan_lapsed":
            return Asked(c.Lapse(on=on, reason=fact.stated()))
        case "plan_terminated":
            return Asked(c.Terminate(on=on, reason=fact.stated()))
        case "plan_closed":
            return Asked(c.Close(on=on))
        case "successor_named":
            is_merger = "merger" in (fact.get("flags") or ())
            return Asked(c.NameSuccessor(on=on, successor=fact.get("subject"), is_merger=is_merger))
        case "final_account_submitted":
            return Asked(c.SubmitFinalAccount(on=on, document_number=document))
        case "final_account_accepted":
            return Asked(c.AcceptFinalAccount(on=on, spent_oere=fact.get("amount_kr")))
        case "case_officer_assigned":
            return Asked(c.AssignCaseOfficer(on=on, case_officer=fact.get("subject")))
        case "administrator_changed":
            return Asked(c.ChangeAdministrator(on=on, administrator=fact.get("subject")))
        case "remark_added":
            return Asked(c.AddRemark(on=on, remark=fact.stated()))
        case kind:
            raise ValueError(f"no command for {kind}")
