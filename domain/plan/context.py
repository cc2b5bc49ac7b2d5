"""Answers: what must be handed to a decision, because the domain fetches nothing?"""

from dataclasses import dataclass
from datetime import date

from domain.reference import Reference


@dataclass(frozen=True, slots=True)
class Context:
    """The day in Copenhagen and the reference data in force."""

    today: date
    reference: Reference
