"""Many plans that are taken from draft to commitment at once, by clients that never give up."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from temporalio.client import Client

from activities.messages import Answer
from domain.plan import commands as c
from infrastructure.clock import new_id, utc_now
from tests.domain.build import COMMITTED, OTHER_REASON, REASON
from workflows.door import TryLater, send
from workflows.plan import PlanStart

NAMESPACE = UUID("9b7a3b0e-5f0e-5c39-9f5a-2d5e7c1f6b11")
NOON = datetime(2013, 6, 10, 10, tzinfo=UTC)
COMMANDS: tuple[c.PlanCommand, ...] = (
    *COMMITTED[:3],
    c.AddRemark(remark=REASON),
    *COMMITTED[3:],
    c.AddRemark(remark=OTHER_REASON),
)
"""Draft, filing, forum, committees, finance, council, LBF, and two remarks between them."""


def nothing(_count: int) -> None:
    """For runs that nobody disturbs."""


@dataclass
class Lives:
    """Sends each plan's commands one after another, all plans side by side."""

    client: Client
    task_queue: str
    plans: Sequence[str]
    acknowledged: dict[UUID, Answer] = field(default_factory=dict)
    on_answer: Callable[[int], None] = nothing
    commands: Sequence[c.PlanCommand] = COMMANDS
    sent_again: int = 0

    async def live(self) -> None:
        offset = int((NOON - utc_now()).total_seconds())
        await asyncio.gather(*(self._plan(plan, offset) for plan in self.plans))

    async def _plan(self, plan: str, offset_seconds: int) -> None:
        start = PlanStart(plan=plan, offset_seconds=offset_seconds, is_virtual=True)
        for number, body in enumerate(self.commands):
            envelope = c.Envelope(command_id=command_id(plan, number), actor="p-0001", body=body)
            twice = 2 if number % 4 == 1 else 1  # somebody clicks twice
            answers = await asyncio.gather(*(self._insist(start, envelope) for _ in range(twice)))
            self.acknowledged[envelope.command_id] = answers[0]
            self.on_answer(len(self.acknowledged))

    async def _insist(self, start: PlanStart, envelope: c.Envelope) -> Answer:
        """The same command with the same id until somebody answers."""
        while True:
            try:
                return await send(
                    self.client, self.task_queue, start, envelope, timedelta(seconds=20)
                )
            except TryLater:
                self.sent_again += 1


def plan_ids(count: int) -> list[str]:
    """New ones: a Temporal that several tests use still knows the plans of the others."""
    some = new_id().hex[:8]
    return [f"plan-{some}-{number:02}" for number in range(count)]


def command_id(plan: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{plan}/{number}")
