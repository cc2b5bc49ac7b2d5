"""Answers: why does a plan wait: on whom, since when, until what, and what if nobody acts?"""

from dataclasses import dataclass
from datetime import date

from domain.deadlines import Deadline, deadlines
from domain.plan.package import PointStatus, is_money_released, package
from domain.plan.progress import Standing, content_point, council_approved_on, open_steps, phase
from domain.plan.reports import missing_reports
from domain.plan.state import ON_ROUTE, OVER, Phase, Plan
from domain.reference import Reference


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why one plan waits. Codes and ids only: the sentence lives with the interface."""

    phase: Phase
    on: tuple[str, ...]
    """Bodies, `lbf`, `organisation`, `case_officer`; () when nothing is awaited."""
    matter: str
    """What is awaited: `draft`, `decision`, `paper`, `sending`, `commitment`, `start`,
    `reports`, `release`, `nothing_now`, `final_account`, `closing`, `over`."""
    since: date | None
    until: date | None
    """The meeting, deadline or day that it waits for."""
    is_meeting: bool
    consequence: str
    """What happens if nobody acts."""
    details: tuple[str, ...] = ()
    """Points missing, reports owed, conditions open."""
    suspended_since: date | None = None


def why_it_waits(plan: Plan, today: date, reference: Reference) -> Waiting:
    """The one thing that the plan waits for on a day."""
    here = phase(plan)
    upcoming = deadlines(plan, reference, today)
    if here in OVER:
        return Waiting(here, (), "over", plan.ended_on or plan.closed_on, None, False, "nothing")
    if here in ON_ROUTE:
        found = _on_route(plan, today, reference, upcoming)
    else:
        found = _elsewhere(plan, here, today, reference, upcoming)
    return found


def _on_route(plan: Plan, today: date, reference: Reference, upcoming: list[Deadline]) -> Waiting:
    point = content_point(plan) or ""
    waiting = open_steps(plan, point)
    off_agenda = [s for s in waiting if s.standing is Standing.WITH_CASE_OFFICE]
    papers = [d for d in upcoming if d.kind == "paper" and d.subject == point]
    since = plan.last_on
    if off_agenda or (papers and len(papers) == len(waiting)):
        until = papers[0].due_on if papers else None
        return _waiting(plan, ("case_officer",), "paper", since, until, "next_meeting")
    meetings = [step.meeting_on or reference.next_meeting(step.body, today) for step in waiting]
    until = max((day for day in meetings if day is not None), default=None)
    bodies = tuple(step.body for step in waiting)
    return _waiting(plan, bodies, "decision", since, until, "next_meeting", is_meeting=True)


def _elsewhere(
    plan: Plan, here: Phase, today: date, reference: Reference, upcoming: list[Deadline]
) -> Waiting:
    by_kind = {deadline.kind: deadline for deadline in reversed(upcoming)}
    if here is Phase.DRAFT:
        due = by_kind.get("draft_idle")
        until = due.due_on if due else None
        since = plan.drafted_on if plan.submitted_on is None else plan.last_on
        return _waiting(plan, ("organisation",), "draft", since, until, "draft_rests")
    if here is Phase.APPROVED:
        due = by_kind.get("send_to_lbf")
        approved_on = council_approved_on(plan)
        until = due.due_on if due else None
        return _waiting(plan, ("case_officer",), "sending", approved_on, until, "lbf_waits")
    if here is Phase.AT_LBF:
        due = by_kind.get("lbf_answer")
        until = due.due_on if due else None
        return _waiting(plan, ("lbf",), "commitment", plan.sent_on, until, "no_commitment")
    if here is Phase.COMMITTED:
        start = plan.content.period.start
        missing = _money_missing(plan)
        consequence = "start_without_money" if missing else "starts_by_itself"
        on = ("case_officer",) if missing else ()
        return _waiting(plan, on, "start", plan.committed_on, start, consequence, missing)
    return _running(plan, here, today, reference, upcoming)


def _running(
    plan: Plan, here: Phase, today: date, reference: Reference, upcoming: list[Deadline]
) -> Waiting:
    if here is not Phase.RUNNING:
        return _after_the_end(plan, upcoming)
    overdue = missing_reports(plan, today, reference.parameters)
    if overdue:
        names = tuple(f"{year}/{artefact}" for year, artefact, _ in overdue)
        due = overdue[0][2]
        return _waiting(plan, ("organisation",), "reports", due, due, "payments_withheld", names)
    if not is_money_released(plan):
        missing = _money_missing(plan)
        return _waiting(
            plan, ("case_officer",), "release", plan.started_on, None, "runs_without_money", missing
        )
    return _next_report(plan, today, upcoming)


def _next_report(plan: Plan, today: date, upcoming: list[Deadline]) -> Waiting:
    """The reports of a year that has ended, or nothing before the next date."""
    opened = [
        d for d in upcoming if d.kind in ("report", "report_answer") and d.why.base_on < today
    ]
    if opened:
        names = tuple(d.subject for d in opened if d.subject)
        since, until = opened[0].why.base_on, opened[0].due_on
        return _waiting(
            plan, ("organisation",), "reports", since, until, "payments_withheld", names
        )
    following = min((d.due_on for d in upcoming if d.due_on > today), default=None)
    return _waiting(plan, (), "nothing_now", plan.started_on, following, "reminder_goes_out")


def _after_the_end(plan: Plan, upcoming: list[Deadline]) -> Waiting:
    ended_on = plan.ended_on or plan.expired_on
    due = next((d for d in upcoming if d.kind == "final_account"), None)
    if due is not None:
        return _waiting(
            plan,
            ("organisation",),
            "final_account",
            ended_on,
            due.due_on,
            "last_payment_withheld",
        )
    since = plan.final_account_on
    if plan.final_account_accepted_on is None:
        return _waiting(plan, ("lbf",), "final_account_answer", since, None, "case_stays_open")
    since = plan.final_account_accepted_on
    return _waiting(plan, ("case_officer",), "closing", since, None, "case_stays_open")


def _money_missing(plan: Plan) -> tuple[str, ...]:
    open_ones = (PointStatus.MISSING, PointStatus.ON_ITS_WAY)
    return tuple(item.point.id for item in package(plan) if item.status in open_ones)


def _waiting(
    plan: Plan,
    on: tuple[str, ...],
    matter: str,
    since: date | None,
    until: date | None,
    consequence: str,
    details: tuple[str, ...] = (),
    *,
    is_meeting: bool = False,
) -> Waiting:
    return Waiting(
        phase(plan),
        on,
        matter,
        since,
        until,
        is_meeting,
        consequence,
        details,
        plan.suspended_since,
    )
