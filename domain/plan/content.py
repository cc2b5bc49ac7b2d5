"""Answers: what does a plan consist of when it is drafted?"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.values import CaseNumber, Label, Oere, Period, Slug, TextRef, Value


class Source(StrEnum):
    """Where the money comes from."""

    LBF = "lbf"
    POOL = "pool"
    MUNICIPAL = "municipal"
    """The municipality by other means than the pool [F12]."""
    HOUSING_ORGANISATION = "housing_organisation"
    OTHER = "other"


MUNICIPAL = frozenset({Source.POOL, Source.MUNICIPAL})


class Funding(Value):
    """One party's part of the frame; the parts add up to the budget."""

    source: Source
    amount_oere: Oere
    name: Label | None = None


class GoalSupport(Value):
    """Which policy goal the plan supports, and how."""

    goal: Slug
    how: TextRef | None = None


PersonId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""Opaque id of a person or party in the directory; never a name."""


class Criterion(Value):
    """A success criterion: indicator, baseline and target in one unit."""

    id: Slug
    goal: Slug
    indicator: Label
    unit: Label
    baseline: Decimal
    target: Decimal


class Content(Value):
    """The plan as written: who, where, when, what for and with which money."""

    title: Label
    case_number: CaseNumber
    lead: Slug
    organisations: tuple[Slug, ...] = Field(min_length=1, max_length=20)
    administrator: Slug | None = None
    case_officer: PersonId
    area: Slug
    estates: tuple[Label, ...] = Field(min_length=1, max_length=60)
    administrations: tuple[Slug, ...] = ()
    """Which administrations drafted along."""
    period: Period
    period_reason: TextRef | None = None
    """Why the period is not the usual four years."""
    intervention_areas: tuple[Slug, ...] = ()
    goals: tuple[GoalSupport, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    budget_oere: Oere
    funding: tuple[Funding, ...] = ()
    predecessor: Slug | None = None
    """The plan that this one follows."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.lead not in self.organisations:
            raise ValueError("the lead organisation must be one of the organisations")
        if len(set(self.organisations)) != len(self.organisations):
            raise ValueError("an organisation is named twice")
        if len({criterion.id for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("two criteria have the same id")
        return self

    def part(self, *sources: Source) -> int:
        """Øre from the named sources together."""
        return sum(each.amount_oere for each in self.funding if each.source in sources)

    @property
    def municipal_oere(self) -> int:
        return self.part(*MUNICIPAL)

    @property
    def has_pool_money(self) -> bool:
        return self.part(Source.POOL) > 0
