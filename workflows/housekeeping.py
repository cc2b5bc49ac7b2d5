"""The installation's own loop: every minute the engine is compared with the log and repaired."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy

with workflow.unsafe.imports_passed_through():
    from activities.messages import RECONCILE, Reconciled

ID = "housekeeping"
PAUSE = timedelta(minutes=1)
ROUNDS = 200
"""Rounds of one run; then a new one begins."""


@workflow.defn(name="HousekeepingWorkflow")
class HousekeepingWorkflow:
    @workflow.init
    def __init__(self) -> None:
        self._is_asked = False

    @workflow.run
    async def run(self) -> None:
        for _ in range(ROUNDS):
            self._is_asked = False
            await workflow.execute_activity(
                RECONCILE,
                result_type=Reconciled,
                start_to_close_timeout=timedelta(minutes=10),
                retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=30)),
            )
            try:
                await workflow.wait_condition(lambda: self._is_asked, timeout=PAUSE)
            except TimeoutError:
                continue
        workflow.continue_as_new()

    @workflow.signal
    def now(self) -> None:
        """Look at once: the reference data changed."""
        self._is_asked = True


async def keep_house(client: Client, task_queue: str) -> None:
    """See to it that the loop runs, once per installation."""
    await client.start_workflow(
        HousekeepingWorkflow.run,
        id=ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
