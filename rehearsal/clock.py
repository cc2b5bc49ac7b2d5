"""One plan's virtual clock: the engine skips what nobody would see happen."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from infrastructure.clock import utc_now
from workflows.plan import PlanStart, plan_workflow_id

MOST_SKIPS = 100_000
"""The server's own limit is 200, and at the limit a fast-forward hangs."""
SKIP_SECONDS = 120.0
"""How long one fast-forward may take; no worker, or a plan's activity that fails, makes it hang."""


class ClockStuck(Exception):
    """A fast-forward did not arrive: no worker polls, or an activity keeps failing."""


def time_skipper(client: Client) -> TimeSkipper:
    """Its clocks stand still until they are moved: else a waiting plan runs through its reminders."""
    config = TimeSkippingConfig(enabled=False, max_session_skip_count=MOST_SKIPS)
    return TimeSkipper(client, config=config)


async def moment_of(skipper: TimeSkipper, plan: str) -> datetime:
    """The moment of a plan's running workflow, as the engine has it.

    Never by a query: its time is that of the run's last task. Raises RPCError when there is no
    such run.
    """
    handle = skipper.client.get_workflow_handle(plan_workflow_id(plan))
    info = await skipper.get_time_skipping_info(handle)
    current = info.current_time.ToDatetime(tzinfo=UTC) if info is not None else None
    is_set = current is not None and current.timestamp() > 0  # zero before the first skip
    now = current if current is not None and is_set else utc_now()
    async for event in handle.fetch_history_events(page_size=1):
        begun = event.workflow_execution_started_event_attributes
        found = await skipper.client.data_converter.decode(begun.input.payloads, [PlanStart])
        return now + timedelta(seconds=found[0].offset_seconds)
    raise ClockStuck(f"{plan} has a run without a history")


class PlanClock:
    """The clock of one plan's workflow: so far `ahead` of the real one."""

    def __init__(self, skipper: TimeSkipper, plan: str, ahead: timedelta) -> None:
        self._skipper = skipper
        self._handle: WorkflowHandle[object, object] = skipper.client.get_workflow_handle(
            plan_workflow_id(plan)
        )
        self.plan = plan
        self.ahead = ahead

    def now(self) -> datetime:
        """The plan's moment, to within the time that the engine takes to answer."""
        return utc_now() + self.ahead

    async def forward(self, to: datetime) -> bool:
        """Move the plan on to a moment, with all that falls due on the way.

        False when its run has ended; the clock is on time all the same, for a later run.
        """
        asked_at = utc_now()
        duration = to - (asked_at + self.ahead)
        if duration <= timedelta():
            return True
        try:
            async with asyncio.timeout(SKIP_SECONDS):
                has_arrived = await self._skipper.fast_forward(self._handle, duration)
        except TimeoutError as error:
            raise ClockStuck(f"{self.plan} did not reach {to.isoformat()}") from error
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            has_arrived = False
        self.ahead += duration - (utc_now() - asked_at)
        return has_arrived
