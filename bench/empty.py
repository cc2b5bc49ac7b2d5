"""The floor of a decision: an update that does nothing but run one empty local activity."""

from datetime import timedelta

from temporalio import activity, workflow

NOTHING = "nothing"


@activity.defn(name=NOTHING)
async def nothing() -> None:
    """An effect that costs nothing."""


@workflow.defn(name="EmptyWorkflow")
class EmptyWorkflow:
    """Waits for ever and answers updates."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def empty(self) -> None:
        await workflow.execute_local_activity(NOTHING, start_to_close_timeout=timedelta(seconds=4))
