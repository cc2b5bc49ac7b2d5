"""A planted mistake: PlanWorkflow with one more step at its beginning and no `patched()`."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import LOAD_PLAN, LoadedPlan, PlanAsk

from workflows.plan import PlanStart, PlanWorkflow


@workflow.defn(name="PlanWorkflow")
class ChangedPlanWorkflow(PlanWorkflow):
    @workflow.init
    def __init__(self, start: PlanStart) -> None:
        super().__init__(start)
        self._changed = start

    @workflow.run
    async def run(self, start: PlanStart) -> None:
        await workflow.execute_activity(
            LOAD_PLAN,
            PlanAsk(plan=start.plan),
            result_type=LoadedPlan,
            start_to_close_timeout=timedelta(seconds=10),
        )
        await super().run(start)
