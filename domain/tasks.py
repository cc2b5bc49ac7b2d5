"""Answers: what lies in whose inbox because of a plan?"""

from dataclasses import dataclass
from datetime import date

from domain.deadlines import Deadline, deadlines
from domain.plan.state import Plan
from domain.reference import Reference, Role

HEAD_OF_OFFICE = "role:head_of_office"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that one party must do, by a day, or else."""

    key: str
    party: str
    """A party of the directory, or `role:…` for an office that the directory fills."""
    role: Role
    kind: str
    since: date
    due_on: date
    consequence: str
    body: str | None
    subject: str | None
    meeting_on: date | None


def party_of(plan: Plan, role: Role, body: str | None) -> str | None:
    """Who holds a role towards a plan: the same for tasks, permissions and mail."""
    match role:
        case Role.ORGANISATION:
            return plan.content.lead
        case Role.ADMINISTRATOR:
            return plan.content.administrator
        case Role.CASE_OFFICER:
            return plan.content.case_officer
        case Role.HEAD_OF_OFFICE:
            return HEAD_OF_OFFICE
        case Role.SECRETARY:
            return f"role:secretary/{body}"


def tasks(plan: Plan, reference: Reference, today: date) -> list[Task]:
    """The plan's open tasks: one for each deadline that is near enough to act on."""
    return [
        _task(plan, deadline)
        for deadline in deadlines(plan, reference, today)
        if deadline.kind != "report" or deadline.why.base_on < today
    ]


def _task(plan: Plan, deadline: Deadline) -> Task:
    return Task(
        key=deadline.key,
        party=party_of(plan, deadline.who, deadline.body) or plan.content.case_officer,
        role=deadline.who,
        kind=deadline.kind,
        since=deadline.why.base_on,
        due_on=deadline.due_on,
        consequence=deadline.consequence,
        body=deadline.body,
        subject=deadline.subject,
        meeting_on=deadline.meeting_on,
    )


GRAVITY = (
    "runs_without_money",
    "start_without_content",
    "start_without_lbf",
    "start_without_money",
    "start_without_contract",
    "start_without_contribution",
    "payments_withheld",
    "last_payment_withheld",
    "no_commitment",
    "condition_unanswered",
    "dissent_goes_without_reasons",
    "lbf_waits",
    "case_waits",
    "next_meeting",
    "ends_without_successor",
    "draft_rests",
)
"""What happens if nobody acts, the gravest first."""


def by_gravity(task: Task, today: date) -> tuple[bool, int, date]:
    """Sorts an inbox: what is late first, then by what happens if nobody acts, then by day."""
    known = task.consequence in GRAVITY
    rank = GRAVITY.index(task.consequence) if known else len(GRAVITY)
    return task.due_on >= today, rank, task.due_on
