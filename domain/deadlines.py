"""Answers: what is a plan held to, by when, who must act, and how did the date come about?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.calendar import add_months, add_working_days, working_day_before
from domain.plan.package import PointStatus, last_chain, package
from domain.plan.progress import (
    Step,
    content_point,
    council_approved_on,
    open_steps,
    phase,
)
from domain.plan.reports import is_delivered, last_day, owed, report_due
from domain.plan.state import ON_ROUTE, Decision, Phase, Plan
from domain.reference import PointKind, Reference, Role, StageKind


@dataclass(frozen=True, slots=True)
class Why:
    """How a date came about: counted from `base` on `base_on` by `rule` (so many days or months)."""

    base: str
    base_on: date
    rule: str
    amount: int = 0
    suspended_days: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that somebody must do by a day."""

    key: str
    kind: str
    """Names the ladder that reminds of it."""
    due_on: date
    who: Role
    why: Why
    consequence: str
    """What happens if nobody acts."""
    body: str | None = None
    subject: str | None = None
    """The point, decision, or year and artefact that it is about."""
    meeting_on: date | None = None


UNDER_WAY = ON_ROUTE | {Phase.APPROVED, Phase.AT_LBF, Phase.COMMITTED}


class Known(NamedTuple):
    """What deadlines follow from. The same plan and data (by identity) give the same."""

    plan: Plan
    reference: Reference

    def __hash__(self) -> int:
        return hash((id(self.plan), id(self.reference)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and all(
            mine is theirs for mine, theirs in zip(self, other, strict=True)
        )

    def __ne__(self, other: object) -> bool:
        return not self == other


def deadlines(plan: Plan, reference: Reference, today: date) -> list[Deadline]:
    """Everything that the plan is held to now and later, the earliest first."""
    return list(_deadlines(Known(plan, reference), today))


# Recording, its rows and each notice of a mail ask for the same few.
@lru_cache(maxsize=256)
def _deadlines(known: Known, today: date) -> tuple[Deadline, ...]:
    found = list(_whatever_the_day(known))
    if known.plan.suspended_since is None:
        found += _meetings(known.plan, known.reference, today)
    return tuple(sorted(found, key=lambda deadline: (deadline.due_on, deadline.key)))


@lru_cache(maxsize=256)
def _whatever_the_day(known: Known) -> tuple[Deadline, ...]:
    plan, reference = known
    found = [
        *_reports(plan, reference),
        *_final_account(plan, reference),
        *_expiry(plan),
        *_unreleased(plan),
    ]
    if plan.suspended_since is None:
        found += [
            *_draft(plan, reference),
            *_package(plan, reference),
            *_at_lbf(plan, reference),
            *_decisions(plan),
        ]
    return tuple(found)


def suspended_days(plan: Plan, since: date) -> int:
    """Days of suspensions, now over, that fell after a day: they move what was counted from it."""
    return sum(
        max((each.end - max(each.start, since)).days, 0)
        for each in plan.suspensions
        if each.end is not None
    )


def _counted(plan: Plan, base: str, base_on: date, days: int, rule: str) -> tuple[date, Why]:
    """A date so many calendar days after its base, moved on by suspended days."""
    pause = suspended_days(plan, base_on)
    return base_on + timedelta(days=days + pause), Why(base, base_on, rule, days, pause)


def _draft(plan: Plan, reference: Reference) -> Iterator[Deadline]:
    if phase(plan) is Phase.DRAFT:
        days = reference.parameters.draft_idle_days
        due, why = _counted(plan, "last_change", plan.last_on, days, "days_after")
        yield Deadline("draft_idle", "draft_idle", due, Role.CASE_OFFICER, why, "draft_rests")


def _meetings(plan: Plan, reference: Reference, today: date) -> Iterator[Deadline]:
    """What the bodies whose turn it is, and those who feed them, must do."""
    if phase(plan) not in UNDER_WAY and phase(plan) is not Phase.RUNNING:
        return
    seen: set[str] = set()
    for item in package(plan):
        if item.status is not PointStatus.ON_ITS_WAY and item.point.id != content_point(plan):
            continue
        for step in open_steps(plan, item.point.id):
            deadline = _meeting(plan, step, reference, today)
            if deadline is not None and deadline.key not in seen:
                seen.add(deadline.key)
                yield deadline


def _meeting(plan: Plan, step: Step, reference: Reference, today: date) -> Deadline | None:
    if step.stage.kind is StageKind.FORUM:
        return _forum(plan, step, reference)
    if step.meeting_on is not None:
        return _entry(step, step.meeting_on, "decision_entry")
    return _paper(step, reference, today)


def _forum(plan: Plan, step: Step, reference: Reference) -> Deadline | None:
    since = _last_met(plan, step) or plan.submitted_on
    meeting = step.meeting_on or (since and reference.next_meeting(step.body, since))
    return _entry(step, meeting, "forum_review") if meeting else None


def _last_met(plan: Plan, step: Step) -> date | None:
    """The body's last meeting on the point since it was submitted, if only to discuss it."""
    days = [
        each.sitting.meeting_on
        for each in plan.decisions
        if (each.sitting.body, each.ruling.point) == (step.body, step.point)
        and each.version > plan.submitted_version
    ]
    return max(days, default=None)


def _entry(step: Step, meeting: date, kind: str) -> Deadline:
    """The decision is to be entered by the working day after the meeting."""
    return Deadline(
        f"{kind}/{step.body}/{meeting.isoformat()}",
        kind,
        add_working_days(meeting, 1),
        Role.SECRETARY,
        Why("meeting", meeting, "working_days_after", 1),
        "case_waits",
        body=step.body,
        subject=step.point,
        meeting_on=meeting,
    )


def _paper(step: Step, reference: Reference, today: date) -> Deadline | None:
    """The paper for the first meeting that can still be reached."""
    body = reference.body_by_id.get(step.body)
    days = body.paper_days if body else 0
    meeting = reference.next_meeting(step.body, today + timedelta(days=days - 1))
    if meeting is None:
        return None
    return Deadline(
        f"paper/{step.body}/{meeting.isoformat()}",
        "paper",
        working_day_before(meeting - timedelta(days=days)),
        Role.CASE_OFFICER,
        Why("meeting", meeting, "days_before", days),
        "next_meeting",
        body=step.body,
        subject=step.point,
        meeting_on=meeting,
    )


def _package(plan: Plan, reference: Reference) -> Iterator[Deadline]:
    """Points that nobody has put on their way: by when must they be, to save the start?"""
    if phase(plan) not in UNDER_WAY:
        return
    content = content_point(plan)
    for item in package(plan):
        if item.status is not PointStatus.MISSING or item.point.id == content:
            continue
        start = plan.content.period.start
        consequence = "start_without_" + item.point.kind
        yield Deadline(
            f"package_start/{item.point.id}",
            "package_start",
            start,
            Role.CASE_OFFICER,
            Why("start", start, "on_the_day"),
            consequence,
            subject=item.point.id,
        )
        chain = last_chain(plan, item.point.id, reference)
        if chain:
            first = min(chain, key=lambda link: link.paper_on)
            yield Deadline(
                f"package_paper/{item.point.id}",
                "package_paper",
                first.paper_on,
                Role.CASE_OFFICER,
                Why("last_chain", chain[-1].meeting_on, "paper_for_first_body"),
                consequence,
                body=first.body,
                subject=item.point.id,
                meeting_on=first.meeting_on,
            )


def _unreleased(plan: Plan) -> Iterator[Deadline]:
    """The plan runs and its municipal money is not decided: loudly, until it is."""
    if phase(plan) is not Phase.RUNNING or plan.started_on is None:
        return
    for item in package(plan):
        open_money = item.status in (PointStatus.MISSING, PointStatus.ON_ITS_WAY)
        is_money = item.point.kind in (PointKind.MONEY, PointKind.CONTRIBUTION)
        if is_money and open_money:
            yield Deadline(
                f"release/{item.point.id}",
                "release",
                plan.started_on,
                Role.CASE_OFFICER,
                Why("start", plan.started_on, "on_the_day"),
                "runs_without_money",
                subject=item.point.id,
            )


def _at_lbf(plan: Plan, reference: Reference) -> Iterator[Deadline]:
    parameters = reference.parameters
    approved_on = council_approved_on(plan)
    here = phase(plan)
    if here is Phase.APPROVED and approved_on is not None:
        days = parameters.send_to_lbf_days
        due, why = _counted(plan, "council_approval", approved_on, days, "days_after")
        yield Deadline("send_to_lbf", "send_to_lbf", due, Role.CASE_OFFICER, why, "lbf_waits")
    if here is Phase.AT_LBF and plan.sent_on is not None:
        days = parameters.lbf_answer_days
        due, why = _counted(plan, "sent_to_lbf", plan.sent_on, days, "days_after")
        yield Deadline("lbf_answer", "lbf_answer", due, Role.CASE_OFFICER, why, "no_commitment")


def _decisions(plan: Plan) -> Iterator[Deadline]:
    for decision in plan.decisions:
        yield from _condition(plan, decision)
        minority = decision.ruling.minority
        if minority is not None and plan.sent_on is None:
            yield Deadline(
                f"minority_reasons/{decision.id}",
                "minority_reasons",
                minority.reasons_due,
                Role.SECRETARY,
                Why("meeting", decision.sitting.meeting_on, "given_at_meeting"),
                "dissent_goes_without_reasons",
                body=decision.sitting.body,
                subject=decision.id,
            )


def _condition(plan: Plan, decision: Decision) -> Iterator[Deadline]:
    answer_by = decision.ruling.answer_by
    if decision.ruling.condition is None or decision.is_answered or answer_by is None:
        return
    met_on = decision.sitting.meeting_on
    days = (answer_by - met_on).days
    due, why = _counted(plan, "meeting", met_on, days, "days_after")
    yield Deadline(
        f"condition/{decision.id}",
        "condition",
        due,
        Role.CASE_OFFICER,
        why,
        "condition_unanswered",
        body=decision.sitting.body,
        subject=decision.id,
    )


def _reports(plan: Plan, reference: Reference) -> Iterator[Deadline]:
    parameters = reference.parameters
    for year, artefact in owed(plan):
        report = plan.report(year, artefact)
        if is_delivered(plan, year, artefact):
            continue
        due = report_due(plan, year, artefact, parameters)
        subject = f"{year}/{artefact}"
        if report.returned_on is not None:
            days = parameters.returned_report_days
            answer_by = report.answer_by or report.returned_on + timedelta(days=days)
            due = max(due, answer_by)
            why = Why("returned_by_lbf", report.returned_on, "lbf_asks_by")
            kind = "report_answer"
        elif report.extended_to is not None:
            why = Why("year_end", date(year, 12, 31), "extended_by_lbf")
            kind = "report"
        else:
            months = parameters.report_months
            why = Why("year_end", date(year, 12, 31), "months_after", months)
            kind = "report"
        yield Deadline(
            f"{kind}/{subject}",
            kind,
            due,
            Role.ORGANISATION,
            why,
            "payments_withheld",
            subject=subject,
        )


def _final_account(plan: Plan, reference: Reference) -> Iterator[Deadline]:
    if phase(plan) not in (Phase.EXPIRED, Phase.TERMINATED) or plan.final_account_on is not None:
        return
    months = reference.parameters.final_account_months
    end = last_day(plan)
    yield Deadline(
        "final_account",
        "final_account",
        add_months(end, months),
        Role.ORGANISATION,
        Why("end", end, "months_after", months),
        "last_payment_withheld",
    )


def _expiry(plan: Plan) -> Iterator[Deadline]:
    if phase(plan) is Phase.RUNNING and plan.successor is None:
        end = plan.content.period.end
        why = Why("end", end, "on_the_day")
        yield Deadline("expiry", "expiry", end, Role.CASE_OFFICER, why, "ends_without_successor")
