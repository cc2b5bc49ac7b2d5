"""Answers: what is known about a plan after the events so far?"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated
from uuid import UUID

from pydantic import PlainSerializer

from domain.plan.content import Content
from domain.plan.decision import Ruling, Sitting
from domain.plan.events import AgendaPlace, Artefact, FiledRoute, NotApplicable
from domain.reference import Authority


class Ending(StrEnum):
    """How a plan ended otherwise than by running to its last day."""

    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"
    REFUSED_BY_LBF = "refused_by_lbf"


class Phase(StrEnum):
    DRAFT = "draft"
    FORUM = "forum"
    COMMITTEES = "committees"
    FINANCE = "finance"
    COUNCIL = "council"
    APPROVED = "approved"
    AT_LBF = "at_lbf"
    COMMITTED = "committed"
    RUNNING = "running"
    EXPIRED = "expired"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"
    REFUSED_BY_LBF = "refused_by_lbf"


ON_ROUTE = frozenset({Phase.FORUM, Phase.COMMITTEES, Phase.FINANCE, Phase.COUNCIL})
OVER = frozenset(
    {Phase.CLOSED, Phase.REJECTED, Phase.WITHDRAWN, Phase.LAPSED, Phase.REFUSED_BY_LBF}
)
"""Nothing more is awaited."""


@dataclass(frozen=True)
class Decision:
    """A recorded decision as it stands: the latest entry, after corrections."""

    id: str
    version: int
    """The plan's version when it was first recorded."""
    sitting: Sitting
    ruling: Ruling
    supersedes: str | None = None
    corrections: int = 0
    is_answered: bool = False
    """Its condition has been answered."""
    authority: Authority | None = None
    """What the body could do to the point when it was recorded; None off the filed route."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A recommendation paper on its way."""

    version: int
    on: date
    document_number: str
    points: tuple[str, ...]
    places: tuple[AgendaPlace, ...]


@dataclass(frozen=True)
class Report:
    """What is known about one artefact of one year."""

    submitted_on: date | None = None
    accepted_on: date | None = None
    returned_on: date | None = None
    answer_by: date | None = None
    extended_to: date | None = None
    is_overdue: bool = False


@cache
def report_key(year: int, artefact: Artefact) -> str:
    return f"{year}/{artefact}"


@dataclass(frozen=True)
class Suspension:
    start: date
    end: date | None
    """The first day that counts again; None while it lasts."""
    moves_end: bool = False


CommandIds = Annotated[frozenset[UUID], PlainSerializer(sorted, return_type=list[UUID])]
"""Written in order, so that the same plan is always the same bytes."""


@dataclass(frozen=True)
class Plan:
    """One plan. Derived things (phase, progress, package) are functions of it, never stored."""

    version: int
    content: Content
    drafted_on: date
    filed: FiledRoute | None = None
    submitted_on: date | None = None
    submitted_version: int = 0
    not_applicable: tuple[NotApplicable, ...] = ()
    in_force: dict[str, str] = field(default_factory=dict)
    """Point to the document that it is already in force by."""
    papers: tuple[Paper, ...] = ()
    decisions: tuple[Decision, ...] = ()
    prequalified: bool | None = None
    resident_votes: tuple[tuple[str, int, int], ...] = ()
    approved_by: tuple[str, ...] = ()
    """Organisations whose own approval is recorded."""
    sent_on: date | None = None
    committed_on: date | None = None
    committed_oere: int | None = None
    started_on: date | None = None
    start_passed_on: date | None = None
    reports_opened: tuple[int, ...] = ()
    reports: dict[str, Report] = field(default_factory=dict)
    suspensions: tuple[Suspension, ...] = ()
    extended_from: tuple[date, ...] = ()
    """Former last days, oldest first."""
    expired_on: date | None = None
    successor: str | None = None
    final_account_on: date | None = None
    final_account_accepted_on: date | None = None
    spent_oere: int | None = None
    closed_on: date | None = None
    ending: Ending | None = None
    ended_on: date | None = None
    last_on: date = date.min
    """The latest day that something was recorded for."""
    commands: CommandIds = frozenset()

    @property
    def case_officer(self) -> str:
        return self.content.case_officer

    @property
    def suspended_since(self) -> date | None:
        """The day that a suspension in force began."""
        if self.suspensions and self.suspensions[-1].end is None:
            return self.suspensions[-1].start
        return None

    def report(self, year: int, artefact: Artefact) -> Report:
        return self.reports.get(report_key(year, artefact), Report())

    def decision(self, decision_id: str) -> Decision | None:
        return next((each for each in self.decisions if each.id == decision_id), None)
