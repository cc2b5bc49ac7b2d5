"""Answers: what do workflows and activities say to each other?

Ids, codes, dates and amounts only: Temporal keeps every payload, and people read them.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.plan.commands import Envelope
from domain.plan.content import PersonId
from domain.plan.events import PlanEvent
from domain.plan.state import Plan
from domain.reference import Reference
from domain.values import Slug, Value

LOAD_PLAN = "load_plan"
RECORD = "record"
RECORD_REFUSAL = "record_refusal"
RECONCILE = "reconcile"


class PlanAsk(Value):
    plan: Slug


class LoadedPlan(Value):
    """The plan as the log has it, and the reference data that decisions need."""

    plan: Plan | None
    reference: Reference


class Recording(Value):
    """What a decision brings, to be recorded at the version that it was decided on."""

    plan: Slug
    expected_version: int
    command_id: UUID
    actor: PersonId
    on_behalf_of: PersonId | None = None
    events: tuple[PlanEvent, ...]
    now: datetime
    """The plan's clock."""
    reference_versions: dict[str, int]
    """What was decided on; a worker that knows older reference data reads it anew."""
    is_virtual: bool = False
    """A demo or rehearsal: `now` is also the moment of recording."""


class Result(StrEnum):
    RECORDED = "recorded"
    REPEATED = "repeated"
    STALE = "stale"


class Recorded(Value):
    """How recording went. Stale: somebody else moved the plan, so load it and decide again."""

    result: Result
    version: int
    events: tuple[PlanEvent, ...] = ()
    """Of a repeated command, what it brought then; who asks just now knows what was asked."""
    next_at: datetime | None = None
    """When the plan's next reminder or date comes."""


class RefusedSignal(Value):
    """A signalled command that the rules refused: nobody waits for the answer, so it is kept."""

    plan: Slug
    envelope: Envelope
    code: str
    facts: dict[str, str | int | bool | list[str] | None]
    now: datetime


class Answer(Value):
    """What a command brought: the recorded events and the plan's version after them."""

    version: int
    events: tuple[PlanEvent, ...]
    is_repeated: bool = False


class Reconciled(Value):
    """What housekeeping found: open plans, runs started for them, runs told to load anew."""

    open: int
    started: int
    reloaded: int
