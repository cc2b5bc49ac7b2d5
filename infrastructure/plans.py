"""Answers: what is the state of a plan, its notice ledger and the reference data, by the log?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain import notices
from domain.notices import Ledger
from domain.plan.evolve import evolve
from domain.plan.state import OVER, Plan
from domain.reference import KINDS, Reference, with_published
from infrastructure.codec import decode_ledger_event, decode_plan_event, decode_reference_event
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import RecordedEvent


def plan_stream(plan_id: str) -> str:
    return f"plan/{plan_id}"


def notices_stream(plan_id: str) -> str:
    return f"plan/{plan_id}/notices"


def plan_id_of(stream: str) -> str:
    """The id in `plan/<id>` and `plan/<id>/notices`."""
    return stream.split("/")[1]


def fold_plan(recorded: Iterable[RecordedEvent]) -> Plan | None:
    plan: Plan | None = None
    for each in recorded:
        plan = evolve(plan, decode_plan_event(each), each.command_id)
    return plan


def fold_ledger(recorded: Iterable[RecordedEvent]) -> Ledger:
    return notices.fold(decode_ledger_event(each) for each in recorded)


@dataclass
class Plans:
    """Reads plans from the log. States are kept by version, so that a fold is done once."""

    reader: Reader

    def __post_init__(self) -> None:
        self._plans: dict[str, Plan] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._reference = Reference()

    async def load(
        self, plan_id: str, version: int | None = None, *, is_fresh: bool = True
    ) -> Plan | None:
        """The plan as the log has it now; a state known at just this version is not read again."""
        known = self._plans.get(plan_id)
        if not is_fresh and known is not None and known.version == version:
            return known
        stream = plan_stream(plan_id)
        for each in await self.reader.stream(stream, known.version if known else 0):
            known = evolve(known, decode_plan_event(each), each.command_id)
        if known is not None:
            self.remember(plan_id, known)
        return known

    async def ledger(self, plan_id: str, *, is_fresh: bool = True) -> Ledger:
        """The plan's notice ledger as the log has it now, or, not fresh, as last known here."""
        known = self._ledgers.get(plan_id)
        if not is_fresh and known is not None:
            return known
        known = known or Ledger()
        for each in await self.reader.stream(notices_stream(plan_id), known.version):
            known = notices.evolve(known, decode_ledger_event(each))
        self._ledgers[plan_id] = known
        return known

    async def reference(self, at_least: Mapping[str, int] | None = None) -> Reference:
        """All reference data in force; read again unless these versions are known already."""
        known = self._reference
        if at_least and all(known.versions.get(k, 0) >= v for k, v in at_least.items()):
            return known
        for kind in KINDS:
            version = known.versions.get(kind, 0)
            for each in await self.reader.stream(f"reference/{kind}", version):
                known = with_published(known, decode_reference_event(each))
        self._reference = known
        return known

    async def open_ids(self) -> list[str]:
        """The plans for which something is still awaited."""
        streams = await self.reader.streams_outside("plan", OVER)
        return [plan_id_of(stream) for stream in streams]

    def known(self, plan_id: str) -> Plan | None:
        """The plan as last recorded or read through this object: now, if nobody else records."""
        return self._plans.get(plan_id)

    def known_ledger(self, plan_id: str) -> Ledger:
        return self._ledgers.get(plan_id, Ledger())

    def remember(self, plan_id: str, plan: Plan, ledger: Ledger | None = None) -> None:
        """Keep what was just recorded; the oldest of many plans is forgotten."""
        self._plans.pop(plan_id, None)
        self._plans[plan_id] = plan
        if ledger is not None:
            self._ledgers[plan_id] = ledger
        if len(self._plans) > MOST_KEPT:
            oldest = next(iter(self._plans))
            del self._plans[oldest]
            self._ledgers.pop(oldest, None)


MOST_KEPT = 2_000
