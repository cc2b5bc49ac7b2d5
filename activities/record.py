"""Answers: how does a plan's decision reach the log, once, with all that follows from it?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messages import (
    LOAD_PLAN,
    RECORD,
    RECORD_REFUSAL,
    LoadedPlan,
    PlanAsk,
    Recorded,
    Recording,
    RefusedSignal,
    Result,
)
from domain.notices import Ledger
from domain.plan.evolve import evolve
from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.codec import decode_plan_event, encode
from infrastructure.event_store import records
from infrastructure.event_store.errors import BadData
from infrastructure.event_store.records import Append, Group
from infrastructure.event_store.writer import Writer
from infrastructure.plans import Plans, notices_stream, plan_stream
from infrastructure.read_models import plan_row
from infrastructure.recording import Reminders, companions, next_moment, reminders
from infrastructure.refusals import Refusals

LEDGER_NAMESPACE = UUID("6b1a3a5e-6a39-5c0b-9b1e-0d4f5a1c7e21")
TRIES = 20
"""Lost races against the courier for the ledger before the activity is tried anew."""


def no_wake() -> Awaitable[None] | None:
    """For runs in which nobody sends mail."""
    return None


@dataclass
class RecordActivities:
    """Loads plans and records what was decided; `wake` tells the courier that mail is owed."""

    plans: Plans
    writer: Writer
    refusals: Refusals
    wake: Callable[[], Awaitable[None] | None] = no_wake

    @activity.defn(name=LOAD_PLAN)
    async def load(self, ask: PlanAsk) -> LoadedPlan:
        plan = await self.plans.load(ask.plan)
        reference = await self.plans.reference()
        bodies = _bodies(plan)
        return LoadedPlan(
            plan=plan, reference=reference if bodies is None else reference.for_bodies(bodies)
        )

    @activity.defn(name=RECORD)
    async def record(self, asked: Recording) -> Recorded:
        """Plan events, reminders and rows in one commit, once per command id."""
        for attempt in range(TRIES):
            fresh = attempt > 0
            plan = await self.plans.load(asked.plan, asked.expected_version, is_fresh=fresh)
            version = plan.version if plan else 0
            if version != asked.expected_version:
                return await self._overtaken(asked, plan)
            done = await self._try(asked, plan, is_fresh=fresh)
            if done is not None:
                return done
        raise ApplicationError("the ledger keeps moving", type="Stale")

    async def _overtaken(self, asked: Recording, plan: Plan | None) -> Recorded:
        """The plan has moved: by this very command (tried before), or by another."""
        stream = plan_stream(asked.plan)
        known = await self.plans.reader.by_command(stream, asked.command_id)
        version = plan.version if plan else 0
        if not known:
            return Recorded(result=Result.STALE, version=version)
        next_at = None
        if plan is not None:
            reference = await self.plans.reference()
            ledger = await self.plans.ledger(asked.plan)
            next_at = next_moment(plan, ledger, reference, asked.now)
        events = tuple(decode_plan_event(each) for each in known)
        return Recorded(result=Result.REPEATED, version=version, events=events, next_at=next_at)

    async def _try(self, asked: Recording, plan: Plan | None, *, is_fresh: bool) -> Recorded | None:
        """One attempt on the state as it is known; None when the ledger had moved meanwhile."""
        reference = await self.plans.reference(asked.reference_versions)
        ledger = await self.plans.ledger(asked.plan, is_fresh=is_fresh)
        after = plan
        for event in asked.events:
            after = evolve(after, event, asked.command_id)
        if after is None:
            return Recorded(result=Result.RECORDED, version=0)
        learned = reminders(after, ledger, reference, asked.now)
        later = learned.after
        group = _group(asked, after, learned, reference)
        if group is not None:
            outcome = await self._append(group)
            if isinstance(outcome, records.Stale):
                return None
            if isinstance(outcome, records.Recorded):
                self.plans.remember(asked.plan, after, later)
            if group.companions.outbox:
                await self._wake()
        return Recorded(
            result=Result.RECORDED,
            version=after.version,
            next_at=next_moment(after, later, reference, asked.now),
        )

    async def _append(self, group: Group) -> records.Outcome:
        try:
            return await self.writer.append(group)
        except BadData as error:
            raise ApplicationError(str(error), type="BadData", non_retryable=True) from error

    async def _wake(self) -> None:
        waking = self.wake()
        if waking is not None:
            await waking

    @activity.defn(name=RECORD_REFUSAL)
    async def record_refusal(self, refused: RefusedSignal) -> None:
        """A refused signal is kept for its sender, apart from the plan."""
        envelope = refused.envelope
        await self.refusals.put(
            stream=plan_stream(refused.plan),
            command_id=envelope.command_id,
            actor=envelope.actor,
            code=refused.code,
            facts=refused.facts,
            at=refused.now,
        )
        await self._wake()


def _bodies(plan: Plan | None) -> set[str] | None:
    """The bodies on a plan's route; None (that is, all) before it has one."""
    if plan is None or plan.filed is None:
        return None
    return {station.body for stage in plan.filed.stages for station in stage.stations}


def _group(asked: Recording, plan: Plan, learned: Reminders, reference: Reference) -> Group | None:
    if not asked.events and not learned.events:
        return None
    appends = [
        Append(
            stream=plan_stream(asked.plan),
            expected_version=asked.expected_version,
            events=tuple(encode(event) for event in asked.events),
            state=plan_row(plan) if asked.events else None,
        )
    ]
    if learned.events:
        appends.append(
            Append(
                stream=notices_stream(asked.plan),
                expected_version=learned.before.version,
                events=tuple(encode(event) for event in learned.events),
            )
        )
    return Group(
        command_id=asked.command_id if asked.events else _tick_id(asked, learned.before),
        actor=asked.actor,
        on_behalf_of=asked.on_behalf_of,
        appends=tuple(appends),
        recorded_at=asked.now if asked.is_virtual else None,
        companions=companions(asked.plan, plan, learned, reference, asked.now),
    )


def _tick_id(asked: Recording, before: Ledger) -> UUID:
    """A tick that brings only reminders is named by the ledger that it moves."""
    return uuid5(LEDGER_NAMESPACE, f"{asked.plan}/{before.version}")
