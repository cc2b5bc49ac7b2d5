"""Answers: how does new reference data reach the log, once, on top of what is in force?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from pydantic import JsonValue

from domain.reference import KINDS, Reference, publish, with_published
from infrastructure.codec import REFERENCE_EVENT
from infrastructure.command_service import Order, group_of
from infrastructure.event_store.records import Group, StateRow, canonical_json
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans

NAMESPACE = UUID("8c2f3f27-53a5-5d4f-9f0c-6a0c8a6f7f11")
REFERENCE_KIND = "reference"


@dataclass(frozen=True, slots=True)
class Published:
    """New versions to be recorded, and the reference data with them in force."""

    reference: Reference
    groups: tuple[Group, ...]
    kinds: tuple[str, ...]


def reference_stream(kind: str) -> str:
    return f"reference/{kind}"


def reference_row(reference: Reference, kind: str) -> StateRow:
    """What is in force of a kind."""
    whole = reference.model_dump(mode="json", include={kind})
    return StateRow(kind=REFERENCE_KIND, facets="{}", body=canonical_json(whole[kind]))


def publications(
    reference: Reference,
    contents: Mapping[str, JsonValue],
    today: date,
    actor: str,
    recorded_at: datetime | None = None,
) -> Published:
    """The groups that bring the given contents into force; none for a kind that stays as it is.

    Raises `Refusal` for a kind that does not exist or content that is not of its shape.
    """
    groups: list[Group] = []
    changed: list[str] = []
    for kind in (*(k for k in KINDS if k in contents), *(k for k in contents if k not in KINDS)):
        for event in publish(reference, kind, contents[kind], today):
            version = reference.versions.get(kind, 0)
            reference = with_published(reference, event)
            stream = reference_stream(kind)
            # As it is stored and read again, so that recording and rebuilding agree.
            stored = REFERENCE_EVENT.validate_json(event.model_dump_json())
            row = reference_row(reference, kind)
            order = Order(uuid5(NAMESPACE, f"{kind}/{version + 1}"), actor, None)
            groups.append(group_of(order, stream, version, (stored,), row, recorded_at=recorded_at))
            changed.append(kind)
    return Published(reference, tuple(groups), tuple(changed))


@dataclass(frozen=True)
class ReferenceService:
    """The one door to reference data."""

    plans: Plans
    writer: Writer

    async def publish(
        self,
        contents: Mapping[str, JsonValue],
        today: date,
        actor: str,
        recorded_at: datetime | None = None,
    ) -> Published:
        """Record what differs. Whoever calls tells running plans to reload.

        A version that somebody else published meanwhile is judged anew.
        """
        while True:
            reference = await self.plans.reference()
            found = publications(reference, contents, today, actor, recorded_at)
            outcomes = [await self.writer.append(group) for group in found.groups]
            if all(type(outcome).__name__ == "Recorded" for outcome in outcomes):
                return found
