"""Answers: may this happen to a plan after the council, and what does the passing of time bring?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.content import Source
from domain.plan.context import Context
from domain.plan.events import Artefact
from domain.plan.filing import content_problems, money_problems, over_problems, period_problems
from domain.plan.package import is_money_released
from domain.plan.progress import council_approved_on, phase
from domain.plan.reports import (
    is_delivered,
    is_over,
    is_owed,
    last_day,
    missing_reports,
    owed,
    owed_years,
    report_due,
)
from domain.plan.state import ON_ROUTE, OVER, Phase, Plan
from domain.refusals import Refusal

RAN = frozenset({Phase.RUNNING, Phase.EXPIRED, Phase.TERMINATED})
"""The plan runs or has run: reports and the final account are owed."""

LbfCommand = c.SendToLbf | c.RecordLbfCommitment | c.RecordLbfRefusal
ReportCommand = c.SubmitReport | c.AcceptReport | c.ReturnReport | c.ExtendReport


def day_problems(plan: Plan | None, command: c.PlanCommand, context: Context) -> Iterator[Refusal]:
    """Facts cannot be recorded before they happen, nor hold before what they answer.

    Otherwise the plan as of a day would show an answer without its question.
    """
    on = command.on
    if on is None or isinstance(command, c.PassTime):
        return
    if on > context.today:
        yield Refusal("day_in_future", on=on.isoformat(), today=context.today.isoformat())
    earliest = _earliest_day(plan, command) if plan is not None else None
    if earliest is not None and on < earliest:
        yield Refusal("day_too_early", on=on.isoformat(), earliest=earliest.isoformat())


def _earliest_day(plan: Plan, command: c.PlanCommand) -> date:
    """The day of what a command follows upon."""
    day: date | None = None
    match command:
        case c.SendToLbf():
            day = council_approved_on(plan)
        case c.RecordLbfCommitment() | c.RecordLbfRefusal():
            day = plan.sent_on
        case c.AcceptReport() | c.ReturnReport():
            day = plan.report(command.year, command.artefact).submitted_on
        case c.SubmitReport():
            day = plan.report(command.year, command.artefact).returned_on or plan.started_on
        case c.Terminate() | c.SubmitFinalAccount():
            day = plan.started_on
        case c.Suspend() if command.moves_end:
            day = plan.started_on
        case c.AcceptFinalAccount():
            day = plan.final_account_on
        case c.Close():
            day = plan.final_account_accepted_on
        case c.SignMinutes():
            day = command.meeting_on
        case c.AnswerCondition() | c.WithdrawCallIn():
            decision = plan.decision(command.decision)
            day = decision.sitting.meeting_on if decision else None
        case c.FilePaper() | c.WaivePoint() | c.FindInForce() | c.ChangeRoute():
            day = plan.submitted_on
        case _:
            pass
    return day or plan.drafted_on


def lbf_problems(plan: Plan, command: LbfCommand) -> Iterator[Refusal]:
    if plan.ending is not None:
        yield Refusal("plan_ended", phase=phase(plan))
    if council_approved_on(plan) is None:
        yield Refusal("not_approved_by_council", phase=phase(plan))
    match command:
        case c.SendToLbf():
            if plan.sent_on is not None:
                yield Refusal("already_sent", on=plan.sent_on.isoformat())
        case c.RecordLbfCommitment():
            yield from _answer_problems(plan)
            applied = plan.content.part(Source.LBF)
            if command.amount_oere > applied:
                yield Refusal(
                    "commitment_too_high", amount_oere=command.amount_oere, applied_oere=applied
                )
        case c.RecordLbfRefusal():
            yield from _answer_problems(plan)


def _answer_problems(plan: Plan) -> Iterator[Refusal]:
    if plan.sent_on is None:
        yield Refusal("not_sent", phase=phase(plan))
    if plan.committed_on is not None:
        yield Refusal("already_committed", on=plan.committed_on.isoformat())


def report_problems(plan: Plan, command: ReportCommand, context: Context) -> Iterator[Refusal]:
    day = command.on or context.today
    owed_now = is_owed(plan, command.year, command.artefact)
    if isinstance(command, c.SubmitReport):
        owed_now = owed_now and is_over(plan, command.year, command.artefact, day)
    if not owed_now:
        years = [str(year) for year in owed_years(plan)]
        yield Refusal("report_not_owed", year=command.year, artefact=command.artefact, known=years)
        return
    known = plan.report(command.year, command.artefact)
    facts: dict[str, str | int] = {"year": command.year, "artefact": command.artefact}
    match command:
        case c.SubmitReport():
            if known.submitted_on is not None:
                yield Refusal(
                    "report_already_submitted", on=known.submitted_on.isoformat(), **facts
                )
        case c.AcceptReport() | c.ReturnReport():
            if known.submitted_on is None:
                yield Refusal("report_not_submitted", **facts)
            if known.accepted_on is not None:
                yield Refusal("report_already_accepted", on=known.accepted_on.isoformat(), **facts)
        case c.ExtendReport():
            due = report_due(plan, command.year, command.artefact, context.reference.parameters)
            if command.until <= due:
                yield Refusal("extension_not_later", due=due.isoformat(), **facts)


def suspend_problems(
    plan: Plan, command: c.Suspend | c.Resume, context: Context
) -> Iterator[Refusal]:
    on = command.on or context.today
    here = phase(plan)
    since = plan.suspended_since
    if isinstance(command, c.Suspend):
        if here in OVER | {Phase.EXPIRED, Phase.TERMINATED}:
            yield Refusal("plan_ended", phase=here)
        if command.moves_end and here is not Phase.RUNNING:
            yield Refusal("not_running", phase=here)
        last = plan.suspensions[-1] if plan.suspensions else None
        if last is not None and (last.end is None or on < last.end):
            yield Refusal("already_suspended", since=last.start.isoformat())
    elif since is None:
        yield Refusal("not_suspended")
    elif on < since:
        yield Refusal("resumed_before_suspended", since=since.isoformat())


def resume(plan: Plan, command: c.Resume, context: Context) -> list[e.PlanEvent]:
    """The suspended days move what they may move: never LBF's dates, the end only if so agreed."""
    on = command.on or context.today
    since = plan.suspended_since
    if since is None:
        raise Refusal("not_suspended")
    days = (on - since).days
    end = plan.content.period.end + timedelta(days=days)
    moves = plan.suspensions[-1].moves_end and days > 0 and phase(plan) is Phase.RUNNING
    return [e.PlanResumed(on=on, days=days, end=end if moves else None)]


def extend_problems(plan: Plan, command: c.Extend) -> Iterator[Refusal]:
    if phase(plan) not in (Phase.COMMITTED, Phase.RUNNING, Phase.EXPIRED):
        yield Refusal("not_running", phase=phase(plan))
    end = plan.content.period.end
    if command.end <= end:
        yield Refusal("extension_not_later", due=end.isoformat())
    if plan.final_account_accepted_on is not None:
        on = plan.final_account_accepted_on.isoformat()
        yield Refusal("final_account_accepted", on=on)


def change_problems(plan: Plan, command: c.Change, context: Context) -> Iterator[Refusal]:
    if phase(plan) is Phase.DRAFT:
        yield Refusal("still_a_draft")
    yield from over_problems(plan)
    if phase(plan) in (Phase.EXPIRED, Phase.TERMINATED):
        yield Refusal("plan_ended", phase=phase(plan))
    old, new = plan.content, command.content
    yield from content_problems(new, context)
    if (new.budget_oere, new.funding) != (old.budget_oere, old.funding):
        yield from money_problems(new, context)
    if new.period != old.period:
        if plan.started_on is not None:
            yield Refusal("period_by_extension")
        yield from period_problems(new, context)


def ending_problems(plan: Plan, command: c.Withdraw | c.Lapse | c.Terminate) -> Iterator[Refusal]:
    here = phase(plan)
    before = ON_ROUTE | {Phase.DRAFT, Phase.APPROVED, Phase.AT_LBF, Phase.COMMITTED}
    if isinstance(command, c.Terminate):
        if here is not Phase.RUNNING:
            yield Refusal("not_running", phase=here)
    elif here is Phase.RUNNING:
        yield Refusal("already_running")
    elif here not in before:
        yield Refusal("plan_ended", phase=here)


def successor_problems(plan: Plan, command: c.NameSuccessor) -> Iterator[Refusal]:
    if plan.successor == command.successor:
        yield Refusal("successor_already_named", successor=command.successor)


def account_problems(
    plan: Plan,
    command: c.SubmitFinalAccount | c.AcceptFinalAccount | c.Close,
) -> Iterator[Refusal]:
    here = phase(plan)
    if here not in (Phase.EXPIRED, Phase.TERMINATED):
        yield Refusal("not_expired", phase=here, end=last_day(plan).isoformat())
    match command:
        case c.SubmitFinalAccount():
            if plan.final_account_on is not None:
                yield Refusal("already_sent", on=plan.final_account_on.isoformat())
        case c.AcceptFinalAccount():
            if plan.final_account_on is None:
                yield Refusal("final_account_missing")
            if plan.final_account_accepted_on is not None:
                on = plan.final_account_accepted_on.isoformat()
                yield Refusal("final_account_accepted", on=on)
        case c.Close():
            yield from _close_problems(plan)


def _close_problems(plan: Plan) -> Iterator[Refusal]:
    if plan.final_account_accepted_on is None:
        yield Refusal("final_account_missing")
    open_reports = [
        f"{year} {artefact}"
        for year, artefact in owed(plan)
        if not is_delivered(plan, year, artefact)
    ]
    if open_reports:
        yield Refusal("reports_missing", reports=open_reports)


def by_clock(plan: Plan, context: Context) -> Iterator[e.PlanEvent]:
    """What has come about by the day of the context because time passed, each on its own day."""
    if phase(plan) in OVER:
        return
    yield from _start(plan, context)
    yield from _report_dates(plan, context)
    end = plan.content.period.end
    waits = plan.suspended_since is not None and plan.suspensions[-1].moves_end
    if phase(plan) is Phase.RUNNING and end < context.today and not waits:
        yield e.PlanExpired(on=end + timedelta(days=1))


def _start(plan: Plan, context: Context) -> Iterator[e.PlanEvent]:
    start = plan.content.period.start
    if plan.started_on is not None or start > context.today:
        return
    if phase(plan) is Phase.COMMITTED and plan.committed_on is not None:
        on = max(start, plan.committed_on, council_approved_on(plan) or start)
        yield e.PlanStarted(on=on, is_money_released=is_money_released(plan))
    elif plan.start_passed_on is None:
        lacks: list[Literal["approval", "commitment"]] = []
        if council_approved_on(plan) is None:
            lacks.append("approval")
        if plan.committed_on is None:
            lacks.append("commitment")
        yield e.StartDatePassed(on=start, lacks=tuple(lacks))


def _report_dates(plan: Plan, context: Context) -> Iterator[e.PlanEvent]:
    for year in owed_years(plan):
        opens = date(year + 1, 1, 1)
        if opens <= context.today and year not in plan.reports_opened:
            yield e.ReportsOpened(on=opens, year=year)
    parameters = context.reference.parameters
    for year, artefact, due in missing_reports(plan, context.today, parameters):
        if not plan.report(year, artefact).is_overdue:
            overdue = e.ReportOverdue(
                on=due + timedelta(days=1), year=year, artefact=Artefact(artefact)
            )
            yield overdue


def next_by_clock(plan: Plan, context: Context) -> date | None:
    """The next day after the context's on which `by_clock` may bring something."""
    if phase(plan) in OVER:
        return None
    if phase(plan) in OVER:
        return None
    period = plan.content.period
    days = [period.start, last_day(plan) + timedelta(days=1)]
    parameters = context.reference.parameters
    for year, artefact in owed(plan):
        days.append(date(year + 1, 1, 1))
        if not is_delivered(plan, year, artefact):
            days.append(report_due(plan, year, artefact, parameters) + timedelta(days=1))
    return min((day for day in days if day > context.today), default=None)
