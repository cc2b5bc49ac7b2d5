"""Answers: what small immutable values is everything else made of?"""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator


class Value(BaseModel):
    """An immutable value: unknown fields are refused, so a typing error never passes silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""Readable id of a plan, organisation, area, goal …: ASCII, lower case, hyphens."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
"""A short name that everybody may read; never a person's."""

CaseNumber = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{1,9}$")]
"""Sagsnr. or Dokumentnr. as the journal writes it, such as 2012-125227 [F12]."""


class TextRef(Value):
    """Points at free text kept (and erasable) outside the log; `digest` is salted SHA-256, hex."""

    id: UUID
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Period(Value):
    """The days that a plan runs, both included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("the period ends before it starts")
        return self

    def years(self) -> tuple[int, ...]:
        """Every calendar year that the period touches."""
        return tuple(range(self.start.year, self.end.year + 1))


BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Oere = Annotated[int, Field(ge=0, le=10**15)]
