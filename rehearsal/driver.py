"""Plays many plans on the real engine: each on its own clock, acts one after another in time.

Deadlines are at 9:00 and acts at 15:00, so that a clock that stands a moment off changes nothing.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from temporalio.client import Client

from domain.calendar import DECISION_TIME, at, local_day
from domain.notices import Ledger
from domain.plan.commands import Draft, Envelope, PlanCommand
from domain.plan.progress import phase
from domain.plan.state import OVER, Phase, Plan
from domain.reference import Reference
from domain.refusals import Refusal
from domain.values import Slug
from infrastructure.clock import utc_now
from infrastructure.plans import Plans
from rehearsal.acts import Act, Part, next_act
from rehearsal.clock import PlanClock, time_skipper
from rehearsal.gate import Gate
from workflows.door import send, start_run
from workflows.plan import PlanStart

STAND_IN = "expected"
"""The actor of everything that is only expected."""
SEND_PATIENCE = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a plan comes on: with its draft, or as the log has it at a moment of its clock."""

    part: Part
    starts_at: datetime
    draft: Draft | None = None

    @property
    def plan(self) -> Slug:
        return self.part.plan


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that a rule spoke against; the plan went on without it."""

    on: date
    command: PlanCommand
    refusal: Refusal


@dataclass(slots=True)
class Played:
    """How a plan's part went."""

    plan: str
    phase: Phase | None = None
    reached_on: date = date.min
    ahead: timedelta = timedelta()
    """How far its clock is ahead of the real one."""
    acts: int = 0
    refused: list[Refused] = field(default_factory=list)
    """The script's own commands, mostly."""

    @property
    def is_finished(self) -> bool:
        return self.phase in OVER


def nothing_shared(_command: PlanCommand) -> bool:
    """Each command of a plan moves streams of its own only."""
    return False


@dataclass
class Driver:
    """Sends what is to happen to the plans' workflows and moves their clocks between."""

    client: Client
    task_queue: str
    plans: Plans
    until: date
    """The last day on which anything is done."""
    curtain: datetime | None = None
    """Where every clock is to stand at the end; None: when a plan's last reminder has come."""
    records_here: bool = False
    """The worker is in this process and records through `plans`: what they know is the log."""
    is_shared: Callable[[PlanCommand], bool] = nothing_shared
    progress: Callable[[str, date], None] = lambda _plan, _day: None

    async def play(self, entrances: Iterable[Entrance]) -> list[Played]:
        """Every plan to its end, or to the last day; the plans in parallel."""
        cast = list(entrances)
        reference = await self.plans.reference()
        gate = Gate((each.plan, each.starts_at) for each in cast)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._plan(each, reference, gate)) for each in cast]
        return [task.result() for task in tasks]

    async def _plan(self, entrance: Entrance, reference: Reference, gate: Gate) -> Played:
        skipper = time_skipper(self.client)
        clock = PlanClock(skipper, entrance.plan, entrance.starts_at - utc_now())
        player = _Player(self, entrance, reference, gate, clock)
        try:
            return await player.play(skipper.client)
        finally:
            gate.leave(entrance.plan)


@dataclass
class _Player:
    """One plan's part while it is played."""

    driver: Driver
    entrance: Entrance
    reference: Reference
    gate: Gate
    clock: PlanClock

    def _start(self) -> PlanStart:
        """What a run would begin with now: also one that follows after the plan was over."""
        ahead = round(self.clock.ahead.total_seconds())
        return PlanStart(plan=self.entrance.plan, offset_seconds=ahead, is_virtual=True)

    async def play(self, client: Client) -> Played:
        self._client = client
        self._played = Played(self.entrance.plan)
        self._refused: frozenset[UUID] = frozenset()
        today = local_day(self.entrance.starts_at)
        await self._enter(today)
        until = self.driver.until
        before: tuple[Plan, Act] | None = None
        while (plan := await self._plan()) is not None:
            if before is not None and before[0] is plan:
                act: Act | None = before[1]  # time has brought nothing, so it is still the next
            else:
                part = self.entrance.part
                act = next_act(plan, part, self.reference, today, until, self._refused)
            if act is None:
                break
            moment = at(act.on, DECISION_TIME)
            if act.on > today:
                self.gate.announce(self.entrance.plan, moment)
                await self._forward(act.on)
                before, today = (plan, act), act.on
            else:
                before = None
                await self._act(act, moment)
        if self.driver.curtain is None:
            today = await self._ring_out(today)
        else:
            await self.clock.forward(self.driver.curtain)
            today = local_day(self.driver.curtain)
            self.driver.progress(self.entrance.plan, today)
        plan = await self._plan()
        self._played.phase = phase(plan) if plan is not None else None
        self._played.reached_on = today
        self._played.ahead = self.clock.ahead
        return self._played

    async def _enter(self, today: date) -> None:
        draft = self.entrance.draft
        if draft is None:
            await start_run(self._client, self.driver.task_queue, self._start())
            await self._forward(today)
        else:
            await self._act(
                Act(today, self.entrance.part.command_id(-1), draft), self.entrance.starts_at
            )

    async def _act(self, act: Act, moment: datetime) -> None:
        if self.driver.is_shared(act.command):
            async with self.gate.turn(self.entrance.plan, moment):
                await self._send(act)
        else:
            await self._send(act)

    async def _send(self, act: Act) -> None:
        envelope = Envelope(command_id=act.command_id, actor=STAND_IN, body=act.command)
        queue = self.driver.task_queue
        try:
            await send(self._client, queue, self._start(), envelope, SEND_PATIENCE)
            self._played.acts += 1
        except Refusal as refusal:
            self._played.refused.append(Refused(act.on, act.command, refusal))
            self._refused |= {act.command_id}

    async def _ring_out(self, today: date) -> date:
        """Nothing more is done; reminders that are promised still come. Answers the last day."""
        until = self.driver.until
        while (last := _last_promise(await self._ledger())) is not None and today < until:
            today = min(max(last, today + timedelta(days=1)), until)
            if not await self._forward(today):
                break
        return today

    async def _forward(self, day: date) -> bool:
        self.driver.progress(self.entrance.plan, day)
        return await self.clock.forward(at(day, DECISION_TIME))

    async def _plan(self) -> Plan | None:
        plans = self.driver.plans
        if self.driver.records_here:
            return plans.known(self.entrance.plan)
        return await plans.load(self.entrance.plan)

    async def _ledger(self) -> Ledger:
        plans = self.driver.plans
        if self.driver.records_here:
            return plans.known_ledger(self.entrance.plan)
        return await plans.ledger(self.entrance.plan)


def _last_promise(ledger: Ledger) -> date | None:
    planned = ledger.planned()
    return planned[-1].send_on if planned else None
