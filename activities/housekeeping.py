"""Answers: does every open plan have its run, and does every run know the reference data?"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from temporalio import activity

from activities.messages import RECONCILE, Reconciled
from infrastructure.plans import Plans


@dataclass
class HousekeepingActivities:
    """Compares the log with the engine and repairs the engine; the log is never touched."""

    plans: Plans
    running: Callable[[], Awaitable[Collection[str]]]
    """The ids of the plans that have a run, by the engine's own (eventually right) list."""
    drive: Callable[[Collection[str]], Awaitable[object]]
    reload: Callable[[Collection[str]], Awaitable[object]]
    _told: dict[str, int] = field(default_factory=dict)
    """The reference versions that the runs were last told of by this process."""

    @activity.defn(name=RECONCILE)
    async def reconcile(self) -> Reconciled:
        """Start what is missing. Starting what runs already changes nothing."""
        open_plans = await self.plans.open_ids()
        missing = sorted(set(open_plans) - set(await self.running()))
        await self.drive(missing)
        reference = await self.plans.reference()
        reloaded = 0
        if self._told != reference.versions:
            await self.reload(open_plans)
            self._told = dict(reference.versions)
            reloaded = len(open_plans)
        return Reconciled(open=len(open_plans), started=len(missing), reloaded=reloaded)
