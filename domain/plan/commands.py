"""Answers: what can people ask a plan to do?

`on` is the day that the act holds for; left out, it is the day of recording. Every command travels
in an `Envelope` that says who asks, under which command id and against which version.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.plan.content import Content, PersonId
from domain.plan.decision import PointId, Ruling, Sitting
from domain.plan.events import AgendaPlace, Artefact, PrequalificationPart
from domain.values import CaseNumber, Label, Oere, Slug, TextRef, Value


class Command(Value):
    on: date | None = None


class Draft(Command):
    """Begin a plan: `content` is what the organisations and administrations have written."""

    type: Literal["draft"] = "draft"
    content: Content


class Revise(Command):
    """Replace a draft's content."""

    type: Literal["revise"] = "revise"
    content: Content


class Submit(Command):
    """File the plan: it enters its route. The newest route of the day unless one is named."""

    type: Literal["submit"] = "submit"
    route: Slug | None = None
    committees: tuple[Slug, ...] = ()
    committees_reason: TextRef | None = None


class ChangeRoute(Command):
    """Move a plan under way to another route."""

    type: Literal["change_route"] = "change_route"
    route: Slug
    committees: tuple[Slug, ...] = ()
    committees_reason: TextRef | None = None
    reason: TextRef


class RecordPrequalification(Command):
    type: Literal["record_prequalification"] = "record_prequalification"
    parts: tuple[PrequalificationPart, ...]
    is_approved: bool | None = None
    document_number: CaseNumber | None = None


class RecordResidentsVote(Command):
    type: Literal["record_residents_vote"] = "record_residents_vote"
    estate: Label
    votes_for: int = Field(ge=0)
    votes_against: int = Field(ge=0)


class RecordOrganisationApproval(Command):
    type: Literal["record_organisation_approval"] = "record_organisation_approval"
    organisation: Slug


class FilePaper(Command):
    """Put points on their way: a recommendation paper and the meetings that it is meant for."""

    type: Literal["file_paper"] = "file_paper"
    document_number: CaseNumber
    points: tuple[PointId, ...] = Field(min_length=1)
    places: tuple[AgendaPlace, ...] = Field(min_length=1)


class WaivePoint(Command):
    """Say why a point of the package is not needed."""

    type: Literal["waive_point"] = "waive_point"
    point: PointId
    reason: TextRef


class FindInForce(Command):
    """Say that a point is already in force, and on which document."""

    type: Literal["find_in_force"] = "find_in_force"
    point: PointId
    document_number: CaseNumber


class RecordDecision(Command):
    """What a body decided at a meeting about one or more points of this plan."""

    type: Literal["record_decision"] = "record_decision"
    sitting: Sitting
    rulings: tuple[Ruling, ...] = Field(min_length=1, max_length=40)
    is_new_decision: bool = False
    """The body has taken the point up again; its former decision is superseded, not corrected."""


class CorrectEntry(Command):
    """The entry was mistyped: what was recorded stays in the log beside the correction."""

    type: Literal["correct_entry"] = "correct_entry"
    decision: str
    sitting: Sitting
    ruling: Ruling
    reason: TextRef


class SignMinutes(Command):
    type: Literal["sign_minutes"] = "sign_minutes"
    body: Slug
    meeting_on: date


class WithdrawCallIn(Command):
    type: Literal["withdraw_call_in"] = "withdraw_call_in"
    decision: str


class AnswerCondition(Command):
    type: Literal["answer_condition"] = "answer_condition"
    decision: str
    answer: TextRef


class SendToLbf(Command):
    """The case office sent the approved plan to LBF, with dissents enclosed (§ 13)."""

    type: Literal["send_to_lbf"] = "send_to_lbf"
    document_number: CaseNumber


class RecordLbfCommitment(Command):
    type: Literal["record_lbf_commitment"] = "record_lbf_commitment"
    amount_oere: Oere
    document_number: CaseNumber


class RecordLbfRefusal(Command):
    type: Literal["record_lbf_refusal"] = "record_lbf_refusal"
    document_number: CaseNumber
    reason: TextRef | None = None


class SubmitReport(Command):
    """The organisation sent the artefact of a year to LBF."""

    type: Literal["submit_report"] = "submit_report"
    year: int
    artefact: Artefact
    document_number: CaseNumber | None = None


class AcceptReport(Command):
    type: Literal["accept_report"] = "accept_report"
    year: int
    artefact: Artefact


class ReturnReport(Command):
    """LBF sent the report back with remarks."""

    type: Literal["return_report"] = "return_report"
    year: int
    artefact: Artefact
    remarks: TextRef
    answer_by: date | None = None


class ExtendReport(Command):
    """LBF's letter grants a later date; nobody else can."""

    type: Literal["extend_report"] = "extend_report"
    year: int
    artefact: Artefact
    until: date
    document_number: CaseNumber


class Suspend(Command):
    type: Literal["suspend"] = "suspend"
    reason: TextRef
    moves_end: bool = False


class Resume(Command):
    type: Literal["resume"] = "resume"


class Extend(Command):
    """A later last day for a plan that runs (or has just expired)."""

    type: Literal["extend"] = "extend"
    end: date
    reason: TextRef
    document_number: CaseNumber | None = None


class Change(Command):
    """Change a submitted or running plan; the document says who allowed it."""

    type: Literal["change"] = "change"
    content: Content
    reason: TextRef
    document_number: CaseNumber | None = None


class Withdraw(Command):
    type: Literal["withdraw"] = "withdraw"
    reason: TextRef


class Lapse(Command):
    """The plan fell away without anybody deciding against it."""

    type: Literal["lapse"] = "lapse"
    reason: TextRef


class Terminate(Command):
    """End a running plan early."""

    type: Literal["terminate"] = "terminate"
    reason: TextRef


class NameSuccessor(Command):
    type: Literal["name_successor"] = "name_successor"
    successor: Slug
    is_merger: bool = False


class SubmitFinalAccount(Command):
    type: Literal["submit_final_account"] = "submit_final_account"
    document_number: CaseNumber | None = None


class AcceptFinalAccount(Command):
    type: Literal["accept_final_account"] = "accept_final_account"
    spent_oere: Oere


class Close(Command):
    type: Literal["close"] = "close"


class AssignCaseOfficer(Command):
    type: Literal["assign_case_officer"] = "assign_case_officer"
    case_officer: PersonId


class ChangeAdministrator(Command):
    type: Literal["change_administrator"] = "change_administrator"
    administrator: Slug | None = None


class AddRemark(Command):
    type: Literal["add_remark"] = "add_remark"
    remark: TextRef


class PassTime(Command):
    """The clock's own command: `on` has come. Nobody else may send it."""

    type: Literal["pass_time"] = "pass_time"


PlanCommand = Annotated[
    Draft
    | Revise
    | Submit
    | ChangeRoute
    | RecordPrequalification
    | RecordResidentsVote
    | RecordOrganisationApproval
    | FilePaper
    | WaivePoint
    | FindInForce
    | RecordDecision
    | CorrectEntry
    | SignMinutes
    | WithdrawCallIn
    | AnswerCondition
    | SendToLbf
    | RecordLbfCommitment
    | RecordLbfRefusal
    | SubmitReport
    | AcceptReport
    | ReturnReport
    | ExtendReport
    | Suspend
    | Resume
    | Extend
    | Change
    | Withdraw
    | Lapse
    | Terminate
    | NameSuccessor
    | SubmitFinalAccount
    | AcceptFinalAccount
    | Close
    | AssignCaseOfficer
    | ChangeAdministrator
    | AddRemark
    | PassTime,
    Field(discriminator="type"),
]

CLOCK = "clock"
"""The actor of what happens because time passes."""
OPERATOR = "operator"
"""The actor of a raw Temporal command that names nobody."""


class Envelope(Value):
    """A command with who asks, for whom, under which id and against which version of the plan."""

    command_id: UUID
    actor: PersonId = OPERATOR
    on_behalf_of: PersonId | None = None
    expected_version: int | None = Field(default=None, ge=0)
    body: PlanCommand
