"""One row of `facts.csv`, and the command that would have recorded it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.content import Content
from domain.plan.events import Artefact
from domain.plan.reports import is_owed
from domain.plan.state import Plan
from domain.values import TextRef
from infrastructure.importing.columns import STAR
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Row


def as_it_was(event: e.PlanEvent) -> e.PlanEvent:
    return event


@dataclass(frozen=True, slots=True)
class Asked:
    """One command that the rules judge; `amend` says what was different from its consequence."""

    command: c.PlanCommand
    amend: Callable[[e.PlanEvent], e.PlanEvent] = as_it_was


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of `facts.csv`, and what else its plan's rows say."""

    name: RowName
    row: Row
    contents: dict[int, Content]
    """By revision."""
    filing: dict[int, Row]
    """The rows of `plans.csv`, by revision."""
    texts: Texts

    @property
    def kind(self) -> str:
        return str(self.row.values["fact"])

    def get(self, column: str) -> Any:
        return self.row.values.get(column)

    def text(self, column: str = "text") -> TextRef | None:
        body = self.get(column)
        return self.texts.ref(self.name, column, body) if body else None

    def stated(self, column: str = "text") -> TextRef:
        """A text that the row was found to hold when it was read."""
        return self.texts.ref(self.name, column, self.get(column))


def artefacts(fact: Fact, plan: Plan) -> list[Artefact]:
    """`*` is what is owed for the year; where nothing is, all three, and the rules will say so."""
    named = fact.get("artefact")
    if STAR not in named:
        return [Artefact(each) for each in named]
    owed = [each for each in Artefact if is_owed(plan, fact.get("year"), each)]
    return owed or list(Artefact)
