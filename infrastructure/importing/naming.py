"""Answers: under which ids do the rows of a file and their texts stand in the log?

An id follows from the plan and the row's number, so that a second import makes nothing new.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from secrets import token_bytes
from uuid import UUID, uuid5

from domain.values import TextRef
from infrastructure.event_store.texts import digest

NAMESPACE = UUID("0f0a6b0e-4f0c-5b6e-8a54-4a1f8d1c7b52")
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class RowName:
    """The `number`-th row (from 1) of a plan in a sheet."""

    plan: str
    sheet: str
    number: int

    @property
    def command_id(self) -> UUID:
        return uuid5(NAMESPACE, f"row/{self.plan}/{self.sheet}/{self.number}")

    def text_id(self, column: str, index: int) -> UUID:
        return uuid5(NAMESPACE, f"text/{self.plan}/{self.sheet}/{self.number}/{column}/{index}")


def clock_id(plan: str, version: int) -> UUID:
    """What the clock brings before a row is named by the version that it moves."""
    return uuid5(NAMESPACE, f"clock/{plan}/{version}")


def ledger_id(plan: str, version: int) -> UUID:
    return uuid5(NAMESPACE, f"ledger/{plan}/{version}")


@dataclass(slots=True)
class Texts:
    """References to texts: those that the table holds already, and those still to be written."""

    known: dict[UUID, str] = field(default_factory=dict)
    """Digest by id."""
    fresh: dict[UUID, tuple[bytes, str]] = field(default_factory=dict)
    """Salt and body by id."""

    def ref(self, row: RowName, column: str, body: str, index: int = 0) -> TextRef:
        """The reference to a text of a row; the same as before for a row imported before."""
        text_id = row.text_id(column, index)
        if text_id in self.known:
            return TextRef(id=text_id, digest=self.known[text_id])
        if text_id not in self.fresh:
            self.fresh[text_id] = (token_bytes(SALT_BYTES), body)
        salt, body = self.fresh[text_id]
        return TextRef(id=text_id, digest=digest(salt, body))

    def refs(self, row: RowName, column: str, bodies: Iterable[str]) -> tuple[TextRef, ...]:
        return tuple(self.ref(row, column, body, i) for i, body in enumerate(bodies) if body)
