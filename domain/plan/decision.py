"""Answers: what did one body decide about one point at one meeting?"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.plan.content import PersonId
from domain.values import CaseNumber, Label, Slug, TextRef, Value

PointId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9/-]{0,63}$")]
DRAFT_STEP = "draft"
"""The earliest step that a plan can be sent back to; the others are the route's stages."""


class Outcome(StrEnum):
    """`domain.md` §4. Approved covers recommended: which one it was follows from the authority."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITION = "approved_with_condition"
    POSTPONED = "postponed"
    WITHDRAWN_FROM_AGENDA = "withdrawn_from_agenda"
    DROPPED = "dropped"
    LAPSED = "lapsed"
    DISCUSSED = "discussed"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    NOTED = "noted"


PASSING = frozenset({Outcome.APPROVED, Outcome.APPROVED_WITH_CONDITION})
ENDING = frozenset({Outcome.DROPPED, Outcome.LAPSED})
WITHOUT_EFFECT = frozenset({Outcome.DISCUSSED, Outcome.NOTED})


class Basis(StrEnum):
    """On what authority it was decided."""

    MEETING = "meeting"
    CHAIR = "chair"
    """By the chair alone, § 22."""
    MANDATE = "mandate"
    """By the administration, which the body had authorised (bemyndigelse)."""


class PartyVote(Value):
    """Votes of one party; abstentions are not votes cast."""

    party: Label
    votes_for: int = Field(default=0, ge=0, le=55)
    votes_against: int = Field(default=0, ge=0, le=55)
    abstained: int = Field(default=0, ge=0, le=55)


class Amendment(Value):
    """An amendment that was moved, and whether it was carried."""

    text: TextRef
    is_carried: bool


class MinorityStatement(Value):
    """A dissent that goes along to another authority, demanded at the meeting (§ 13)."""

    party: Label
    reasons_due: date


class CallIn(Value):
    """Standsningsret (§ 23): a member stops a committee's decision and brings it to BR."""

    party: Label
    is_withdrawn: bool = False


class Ruling(Value):
    """What was decided about one point."""

    point: PointId
    outcome: Outcome
    votes: tuple[PartyVote, ...] = ()
    reason: TextRef | None = None
    minutes_give_no_reason: bool = False
    condition: TextRef | None = None
    answer_by: date | None = None
    """When the condition must be answered; the parameter says it where the body does not."""
    postponed_to: date | None = None
    returned_to: Slug | None = None
    """The named earlier step: `draft` or a stage of the route."""
    amendments: tuple[Amendment, ...] = ()
    minutes_statements: tuple[TextRef, ...] = ()
    reservations: tuple[TextRef, ...] = ()
    minority: MinorityStatement | None = None
    call_in: CallIn | None = None

    @property
    def cast(self) -> tuple[int, int]:
        """Votes for and against over all parties."""
        return (
            sum(vote.votes_for for vote in self.votes),
            sum(vote.votes_against for vote in self.votes),
        )


class Sitting(Value):
    """The body, the meeting and the agenda item under which points were decided."""

    body: Slug
    meeting_on: date
    agenda_item: str = Field(default="", max_length=20)
    is_closed_item: bool = False
    basis: Basis = Basis.MEETING
    recused: tuple[PersonId, ...] = ()
    is_provisional: bool = True
    """Minutes are provisional until signed."""
    seat: str = Field(default="", max_length=80)
    """The seat on which it was recorded."""
    case_number: CaseNumber | None = None
    document_number: CaseNumber | None = None
