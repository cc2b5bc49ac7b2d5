"""The one courier of an installation: it waits until mail is owed and has it delivered."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

with workflow.unsafe.imports_passed_through():
    from activities.mail_messages import DELIVER_MAIL, CourierStart, Round

COURIER_ID = "courier"
ROUNDS_PER_RUN = 300
ROUND_TIMEOUT = timedelta(minutes=10)
HEARTBEAT = timedelta(minutes=1)
RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


@workflow.defn(name="CourierWorkflow")
class CourierWorkflow:
    """Holds nothing: what is owed stands in the outbox, and a new run looks there first."""

    def __init__(self) -> None:
        self._is_woken = False

    @workflow.signal
    def wake(self) -> None:
        """Something is owed."""
        self._is_woken = True

    @workflow.run
    async def run(self, start: CourierStart) -> None:
        fruitless = start.fruitless
        for _ in range(ROUNDS_PER_RUN):
            self._is_woken = False
            done: Round = await workflow.execute_activity(
                DELIVER_MAIL,
                result_type=Round,
                start_to_close_timeout=ROUND_TIMEOUT,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=RETRY,
            )
            if done.has_more:
                continue
            fruitless = fruitless + 1 if done.deferred else 0
            await self._rest(done, fruitless)
        workflow.continue_as_new(CourierStart(fruitless=fruitless))

    async def _rest(self, done: Round, fruitless: int) -> None:
        """Until something new is owed, a server may have come back, or the next working morning."""
        pause = timedelta(seconds=max(done.wake_in_seconds, 1))
        if fruitless:
            pause = min(pause, LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(fruitless - 1, 10))
        try:
            await workflow.wait_condition(lambda: self._is_woken, timeout=pause)
        except TimeoutError:
            return


async def wake_courier(client: Client, task_queue: str) -> None:
    """See to it that the courier runs and looks into the outbox."""
    await client.start_workflow(
        CourierWorkflow.run,
        CourierStart(),
        id=COURIER_ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal="wake",
    )


def waker(client: Client, task_queue: str) -> Callable[[], Awaitable[None]]:
    """For whoever writes outbox rows. Never fails them: the courier looks again each morning."""

    async def wake() -> None:
        try:
            await wake_courier(client, task_queue)
        except RPCError:
            return

    return wake
