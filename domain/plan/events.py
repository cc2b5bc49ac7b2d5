"""Answers: what can have happened to a plan?

`type` is a stored name and never changes; `on` is the local day that the event holds for.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.plan.content import Content, PersonId
from domain.plan.decision import PointId, Ruling, Sitting
from domain.reference import Point, Stage
from domain.values import CaseNumber, Label, Oere, Slug, TextRef, Value


class Event(Value):
    """A fact about a plan. `v` is the schema version; upcasters lift older ones."""

    v: Literal[1] = 1
    on: date


class PlanDrafted(Event):
    type: Literal["plan_drafted"] = "plan_drafted"
    content: Content


class DraftRevised(Event):
    type: Literal["draft_revised"] = "draft_revised"
    content: Content


class NotApplicable(Value):
    """A point that this plan does not need, with a reason code or a person's text."""

    point: PointId
    code: Literal["outside_areas", "no_municipal_money", "no_contract_area", "stated"]
    reason: TextRef | None = None


class FiledRoute(Value):
    """The route as it was when the plan was filed: it stays with the plan."""

    route: Slug
    version: int
    points: tuple[Point, ...]
    stages: tuple[Stage, ...]
    committees: tuple[Slug, ...] = ()
    committees_reason: TextRef | None = None
    not_applicable: tuple[NotApplicable, ...] = ()


class PlanSubmitted(Event):
    type: Literal["plan_submitted"] = "plan_submitted"
    filed: FiledRoute


class RouteChanged(Event):
    type: Literal["route_changed"] = "route_changed"
    filed: FiledRoute
    reason: TextRef


class PrequalificationPart(StrEnum):
    """The five parts [P]."""

    DESCRIPTION = "description"
    FORM = "form"
    KEY_FIGURES = "key_figures"
    BUDGET_ESTIMATE = "budget_estimate"
    RECOMMENDATION = "recommendation"


class PrequalificationRecorded(Event):
    type: Literal["prequalification_recorded"] = "prequalification_recorded"
    parts: tuple[PrequalificationPart, ...]
    is_approved: bool | None = None
    """LBF's answer; None while it is awaited."""
    document_number: CaseNumber | None = None


class ResidentsVoteRecorded(Event):
    type: Literal["residents_vote_recorded"] = "residents_vote_recorded"
    estate: Label
    votes_for: int = Field(ge=0)
    votes_against: int = Field(ge=0)


class OrganisationApproved(Event):
    type: Literal["organisation_approved"] = "organisation_approved"
    organisation: Slug


class AgendaPlace(Value):
    """A body's meeting that a paper is meant for."""

    body: Slug
    meeting_on: date


class PaperFiled(Event):
    """A recommendation paper (indstilling) puts points on their way to meetings."""

    type: Literal["paper_filed"] = "paper_filed"
    document_number: CaseNumber
    points: tuple[PointId, ...]
    places: tuple[AgendaPlace, ...]


class PointWaived(Event):
    type: Literal["point_waived"] = "point_waived"
    waived: NotApplicable


class PointFoundInForce(Event):
    type: Literal["point_found_in_force"] = "point_found_in_force"
    point: PointId
    document_number: CaseNumber


class DecisionRecorded(Event):
    """One body's ruling on one point. `supersedes` marks a new decision on the same point."""

    type: Literal["decision_recorded"] = "decision_recorded"
    decision: str
    sitting: Sitting
    ruling: Ruling
    supersedes: str | None = None


class EntryCorrected(Event):
    """The entry was mistyped; the body's decision is what it always was."""

    type: Literal["entry_corrected"] = "entry_corrected"
    decision: str
    sitting: Sitting
    ruling: Ruling
    reason: TextRef


class MinutesSigned(Event):
    type: Literal["minutes_signed"] = "minutes_signed"
    body: Slug
    meeting_on: date


class CallInWithdrawn(Event):
    type: Literal["call_in_withdrawn"] = "call_in_withdrawn"
    decision: str


class ConditionAnswered(Event):
    type: Literal["condition_answered"] = "condition_answered"
    decision: str
    answer: TextRef


class SentToLbf(Event):
    type: Literal["sent_to_lbf"] = "sent_to_lbf"
    document_number: CaseNumber
    dissents: tuple[str, ...] = ()
    """Decisions whose minority statement was enclosed (§ 13)."""


class LbfCommitted(Event):
    """LBF's tilsagn; less than applied for is possible."""

    type: Literal["lbf_committed"] = "lbf_committed"
    amount_oere: Oere
    document_number: CaseNumber


class LbfRefused(Event):
    type: Literal["lbf_refused"] = "lbf_refused"
    reason: TextRef | None = None
    document_number: CaseNumber


class PlanStarted(Event):
    """The start day came with BR's approval and LBF's commitment, released money or not."""

    type: Literal["plan_started"] = "plan_started"
    is_money_released: bool


class StartDatePassed(Event):
    """The start day came without approval or commitment: the plan does not run."""

    type: Literal["start_date_passed"] = "start_date_passed"
    lacks: tuple[Literal["approval", "commitment"], ...]


class Artefact(StrEnum):
    """What is due to LBF for each year (`domain.md` §6)."""

    ACCOUNT = "account"
    GOALS = "goals"
    MILESTONES = "milestones"


class ReportsOpened(Event):
    """A calendar year ended: its reports are owed."""

    type: Literal["reports_opened"] = "reports_opened"
    year: int


class ReportOverdue(Event):
    type: Literal["report_overdue"] = "report_overdue"
    year: int
    artefact: Artefact


class ReportSubmitted(Event):
    """The organisation sent it to LBF on `on`."""

    type: Literal["report_submitted"] = "report_submitted"
    year: int
    artefact: Artefact
    document_number: CaseNumber | None = None


class ReportAccepted(Event):
    type: Literal["report_accepted"] = "report_accepted"
    year: int
    artefact: Artefact


class ReportReturned(Event):
    type: Literal["report_returned"] = "report_returned"
    year: int
    artefact: Artefact
    remarks: TextRef
    answer_by: date | None = None


class ReportExtended(Event):
    """LBF's letter gives a later date; also after the old one has passed."""

    type: Literal["report_extended"] = "report_extended"
    year: int
    artefact: Artefact
    until: date
    document_number: CaseNumber | None = None


class PlanSuspended(Event):
    type: Literal["plan_suspended"] = "plan_suspended"
    reason: TextRef
    moves_end: bool = False


class PlanResumed(Event):
    type: Literal["plan_resumed"] = "plan_resumed"
    days: int = Field(ge=0)
    end: date | None = None
    """The new last day, where the suspension moves it."""


class PlanExtended(Event):
    type: Literal["plan_extended"] = "plan_extended"
    end: date
    reason: TextRef
    document_number: CaseNumber | None = None


class PlanChanged(Event):
    """A change of a plan under way or running, decided as the document says."""

    type: Literal["plan_changed"] = "plan_changed"
    content: Content
    reason: TextRef
    document_number: CaseNumber | None = None


class PlanWithdrawn(Event):
    type: Literal["plan_withdrawn"] = "plan_withdrawn"
    reason: TextRef


class PlanLapsed(Event):
    type: Literal["plan_lapsed"] = "plan_lapsed"
    reason: TextRef


class PlanTerminated(Event):
    """Ended early while running."""

    type: Literal["plan_terminated"] = "plan_terminated"
    reason: TextRef


class PlanExpired(Event):
    type: Literal["plan_expired"] = "plan_expired"


class SuccessorNamed(Event):
    type: Literal["successor_named"] = "successor_named"
    successor: Slug
    is_merger: bool = False


class FinalAccountSubmitted(Event):
    type: Literal["final_account_submitted"] = "final_account_submitted"
    document_number: CaseNumber | None = None


class FinalAccountAccepted(Event):
    type: Literal["final_account_accepted"] = "final_account_accepted"
    spent_oere: Oere


class PlanClosed(Event):
    type: Literal["plan_closed"] = "plan_closed"


class CaseOfficerAssigned(Event):
    type: Literal["case_officer_assigned"] = "case_officer_assigned"
    case_officer: PersonId


class AdministratorChanged(Event):
    type: Literal["administrator_changed"] = "administrator_changed"
    administrator: Slug | None = None


class RemarkAdded(Event):
    type: Literal["remark_added"] = "remark_added"
    remark: TextRef


PlanEvent = Annotated[
    PlanDrafted
    | DraftRevised
    | PlanSubmitted
    | RouteChanged
    | PrequalificationRecorded
    | ResidentsVoteRecorded
    | OrganisationApproved
    | PaperFiled
    | PointWaived
    | PointFoundInForce
    | DecisionRecorded
    | EntryCorrected
    | MinutesSigned
    | CallInWithdrawn
    | ConditionAnswered
    | SentToLbf
    | LbfCommitted
    | LbfRefused
    | PlanStarted
    | StartDatePassed
    | ReportsOpened
    | ReportOverdue
    | ReportSubmitted
    | ReportAccepted
    | ReportReturned
    | ReportExtended
    | PlanSuspended
    | PlanResumed
    | PlanExtended
    | PlanChanged
    | PlanWithdrawn
    | PlanLapsed
    | PlanTerminated
    | PlanExpired
    | SuccessorNamed
    | FinalAccountSubmitted
    | FinalAccountAccepted
    | PlanClosed
    | CaseOfficerAssigned
    | AdministratorChanged
    | RemarkAdded,
    Field(discriminator="type"),
]
