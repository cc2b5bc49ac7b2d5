"""One plan's life: it waits for commands and for the next date, and has both recorded.

It holds no truth. Everything that it knows comes from the log and can be loaded again.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.messages import (
        LOAD_PLAN,
        RECORD,
        RECORD_REFUSAL,
        Answer,
        LoadedPlan,
        PlanAsk,
        Recorded,
        Recording,
        RefusedSignal,
        Result,
    )
    from domain.calendar import local_day
    from domain.plan.commands import CLOCK, Envelope, PassTime
    from domain.plan.context import Context
    from domain.plan.decide import decide
    from domain.plan.events import PlanEvent
    from domain.plan.evolve import evolve
    from domain.plan.progress import content_point, open_steps, phase
    from domain.plan.state import OVER, Phase, Plan
    from domain.reference import Reference
    from domain.refusals import Refusal
    from domain.values import Slug, Value

LOCAL_LIMIT = timedelta(seconds=5)
"""How long a local activity is tried before an ordinary one takes over."""
LOCAL_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=100),
    maximum_interval=timedelta(seconds=1),
    # 4.5 s when each fails at once. The limit above ends no row of short failures (SDK 1.35).
    maximum_attempts=8,
)
LASTING_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=5)
)
HISTORY_LIMIT = 1_500
"""Events of one run; replay costs a millisecond or so for each step."""
CLOCK_NAMESPACE = UUID("4b0cbb2e-58a2-5a8f-93c0-52ad0e7e7d6a")

PHASE = SearchAttributeKey.for_keyword("PlanPhase")
AREA = SearchAttributeKey.for_keyword("PlanArea")
WAITS_ON = SearchAttributeKey.for_keyword_list("PlanWaitsOn")
NEXT_DUE = SearchAttributeKey.for_datetime("PlanNextDue")


T = TypeVar("T")


class PlanStart(Value):
    """What a run begins with: which plan, and on what clock."""

    plan: Slug
    offset_seconds: int = 0
    """The plan's clock is the engine's clock moved by this: a demo or rehearsal stands elsewhere."""
    is_virtual: bool = False
    carried: tuple[Envelope, ...] = ()
    """Signalled commands that the run before had not come to."""


class PlanView(Value):
    """What the query tells: where the run stands. Lists are read from Postgres, never from here."""

    version: int
    phase: Phase | None
    next_at: datetime | None
    queued: int


@workflow.defn(name="PlanWorkflow")
class PlanWorkflow:
    @workflow.init
    def __init__(self, start: PlanStart) -> None:
        self._start = start
        self._queue: deque[Envelope] = deque(start.carried)
        self._lock = asyncio.Lock()
        self._is_loaded = False
        self._must_load = False
        self._plan: Plan | None = None
        self._reference = Reference()
        self._next_at: datetime | None = None
        self._shown: tuple[SearchAttributeUpdate[Any], ...] = ()

    @workflow.run
    async def run(self, _start: PlanStart) -> None:
        await self._load()
        while not self._is_done():
            await self._wait()
            if self._must_load:
                await self._locked(self._load_and_look)
            elif self._queue:
                await self._signalled(self._queue.popleft())
            elif self._next_at is not None and self._next_at <= self._now():
                await self._locked(self._pass_time)
            if self._is_long():
                await workflow.wait_condition(workflow.all_handlers_finished)
                carried = {"carried": tuple(self._queue)}
                workflow.continue_as_new(self._start.model_copy(update=carried))
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _now(self) -> datetime:
        return workflow.now() + timedelta(seconds=self._start.offset_seconds)

    def _is_done(self) -> bool:
        """Over, or never begun, and nothing left to do; a later command starts a run anew."""
        idle = not self._queue and not self._must_load and workflow.all_handlers_finished()
        if self._plan is None:
            return idle
        return idle and phase(self._plan) in OVER and self._next_at is None

    def _is_long(self) -> bool:
        info = workflow.info()
        return (
            info.is_continue_as_new_suggested() or info.get_current_history_length() > HISTORY_LIMIT
        )

    async def _wait(self) -> None:
        """Until something was asked, or the next date has come.

        A date that moves later lets the timer run: looking once too early costs less than a timer
        ended and begun with every decision.
        """
        timeout = None
        waited_for = self._next_at
        if waited_for is not None:
            timeout = max(waited_for - self._now(), timedelta())
        try:
            await workflow.wait_condition(
                lambda: (
                    bool(self._queue)
                    or self._must_load
                    or _is_sooner(self._next_at, waited_for)
                    or self._is_long()
                    or self._is_done()
                ),
                timeout=timeout,
            )
        except TimeoutError:
            return

    async def _locked(self, act: Callable[[], Awaitable[None]]) -> None:
        async with self._lock:
            await act()

    async def _load(self) -> None:
        self._must_load = False
        asked = PlanAsk(plan=self._start.plan)
        loaded = await self._carry_out(LOAD_PLAN, asked, LoadedPlan)
        self._plan, self._reference = loaded.plan, loaded.reference
        self._next_at = self._now() if loaded.plan is not None else None
        self._is_loaded = True

    async def _load_and_look(self) -> None:
        await self._load()
        await self._pass_time()

    async def _pass_time(self) -> None:
        """The clock's own command; what it brings is decided like everything else."""
        if self._plan is None:
            self._next_at = None
            return
        name = f"{self._start.plan}/{self._plan.version}/{self._now().isoformat()}"
        envelope = Envelope(command_id=uuid5(CLOCK_NAMESPACE, name), actor=CLOCK, body=PassTime())
        await self._decide_and_record(envelope)

    async def _signalled(self, envelope: Envelope) -> None:
        try:
            async with self._lock:
                await self._decide_and_record(envelope)
        except Refusal as refusal:
            refused = RefusedSignal(
                plan=self._start.plan,
                envelope=envelope,
                code=refusal.code,
                facts=refusal.facts,
                now=self._now(),
            )
            await self._carry_out(RECORD_REFUSAL, refused, type(None))

    async def _decide_and_record(self, envelope: Envelope) -> Answer:
        """Decide on what is known; when the log turns out to be further, load and decide again."""
        while True:
            if self._plan is not None and envelope.command_id in self._plan.commands:
                return await self._answer_again(envelope)
            now = self._now()
            context = Context(local_day(now), self._reference)
            events = tuple(decide(self._plan, envelope, context))
            recorded = await self._record(envelope, events, now)
            if recorded.result is Result.STALE:
                await self._load()
                continue
            is_repeated = recorded.result is Result.REPEATED
            if is_repeated:
                events = recorded.events
                await self._load()
            else:
                for event in events:
                    self._plan = evolve(self._plan, event, envelope.command_id)
            self._next_at = recorded.next_at
            self._show()
            return Answer(version=recorded.version, events=events, is_repeated=is_repeated)

    async def _answer_again(self, envelope: Envelope) -> Answer:
        """The log knows this command: it answers what it answered then."""
        recorded = await self._record(envelope, (), self._now(), expected_version=-1)
        return Answer(version=recorded.version, events=recorded.events, is_repeated=True)

    async def _record(
        self,
        envelope: Envelope,
        events: Sequence[PlanEvent],
        now: datetime,
        expected_version: int | None = None,
    ) -> Recorded:
        version = self._plan.version if self._plan else 0
        recording = Recording(
            plan=self._start.plan,
            expected_version=version if expected_version is None else expected_version,
            command_id=envelope.command_id,
            actor=envelope.actor,
            on_behalf_of=envelope.on_behalf_of,
            events=tuple(events),
            now=now,
            reference_versions=self._reference.versions,
            is_virtual=self._start.is_virtual,
        )
        return await self._carry_out(RECORD, recording, Recorded)

    async def _carry_out(self, name: str, asked: Value, answer: type[T]) -> T:
        """Locally and quickly; when that fails for long, as an ordinary activity until it works."""
        try:
            found: T = await workflow.execute_local_activity(
                name,
                asked,
                result_type=answer,
                start_to_close_timeout=timedelta(seconds=4),
                schedule_to_close_timeout=LOCAL_LIMIT,
                retry_policy=LOCAL_RETRY,
            )
        except FailureError as error:
            _raise_unless_passing(error)
        else:
            return found
        try:
            found = await workflow.execute_activity(
                name,
                asked,
                result_type=answer,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=LASTING_RETRY,
            )
        except FailureError as error:
            _raise_unless_passing(error)
            raise
        return found

    def _show(self) -> None:
        """For people who use Temporal's own pages: phase, area, whom it waits for, next date."""
        if self._plan is None:
            return
        point = content_point(self._plan)
        waits = sorted({s.body for s in open_steps(self._plan, point)}) if point else []
        shown = (
            PHASE.value_set(phase(self._plan)),
            AREA.value_set(self._plan.content.area),
            WAITS_ON.value_set(waits),
            NEXT_DUE.value_set(self._next_at) if self._next_at else NEXT_DUE.value_unset(),
        )
        changed = [each for each in shown if each not in self._shown]
        # A rehearsal passes a hundred dates a second: there the next one alone is not shown.
        if changed and not (self._start.is_virtual and changed == [shown[-1]]):
            self._shown = shown
            workflow.upsert_search_attributes(changed)

    @workflow.update
    async def command(self, envelope: Envelope) -> Answer:
        """A decision or fact, answered when it is recorded, or refused with a code."""
        await workflow.wait_condition(lambda: self._is_loaded)
        async with self._lock:
            try:
                return await self._decide_and_record(envelope)
            except Refusal as refusal:
                raise _refused(refusal) from refusal

    @command.validator
    def _may_be_asked(self, envelope: Envelope) -> None:
        """What is refused here leaves no trace in the history."""
        if isinstance(envelope.body, PassTime):
            raise _refused(Refusal("only_the_clock", actor=envelope.actor))
        if not self._is_loaded:
            return
        try:
            decide(self._plan, envelope, Context(local_day(self._now()), self._reference))
        except Refusal as refusal:
            if refusal.code != "stale" or envelope.expected_version is not None:
                raise _refused(refusal) from refusal

    @workflow.signal(name="command")
    def signalled_command(self, envelope: Envelope) -> None:
        """The same, fire and forget. It only queues: what is queued outlives a new run."""
        self._queue.append(envelope)

    @workflow.signal
    def reload(self) -> None:
        """The log or the reference data changed beside this run."""
        self._must_load = True

    @workflow.query
    def state(self) -> PlanView:
        return PlanView(
            version=self._plan.version if self._plan else 0,
            phase=phase(self._plan) if self._plan else None,
            next_at=self._next_at,
            queued=len(self._queue),
        )


def _raise_unless_passing(error: FailureError) -> None:
    """Bad data is refused for good; everything else may be tried in another way.

    A local activity whose attempts are used up raises its own error, not an ActivityError.
    """
    if is_cancelled_exception(error):
        raise error
    cause = error.cause if isinstance(error, ActivityError) else error
    if isinstance(cause, ApplicationError) and cause.type == "BadData":
        raise Refusal("bad_data", detail=cause.message) from error


def _refused(refusal: Refusal) -> ApplicationError:
    return ApplicationError(str(refusal), refusal.facts, type=refusal.code, non_retryable=True)


def plan_workflow_id(plan_id: str) -> str:
    return f"plan/{plan_id}"


def _is_sooner(moment: datetime | None, than: datetime | None) -> bool:
    return moment is not None and (than is None or moment < than)
