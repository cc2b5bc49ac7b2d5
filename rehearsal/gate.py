"""Lets acts on what plans share take their turn by virtual time, whatever the engine's pace is."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

Turn = tuple[datetime, str]


class Gate:
    """Every plan says from which moment on it may act; the earliest of all may pass.

    Turns go by (moment, plan), so that plans that are played in parallel meet a shared stream in
    the same order in each run. All plans must be named before the first of them acts.
    """

    def __init__(self, plans: Iterable[tuple[str, datetime]]) -> None:
        self._moments = dict(plans)
        self._heap = [(moment, plan) for plan, moment in self._moments.items()]
        heapq.heapify(self._heap)
        self._waiting: dict[Turn, asyncio.Future[None]] = {}

    def announce(self, plan: str, moment: datetime) -> None:
        """The plan will touch nothing shared before this moment."""
        if self._moments.get(plan) != moment:
            self._moments[plan] = moment
            heapq.heappush(self._heap, (moment, plan))
            self._open()

    def leave(self, plan: str) -> None:
        """The plan will touch nothing shared any more."""
        self._moments.pop(plan, None)
        self._open()

    @asynccontextmanager
    async def turn(self, plan: str, moment: datetime) -> AsyncIterator[None]:
        """Inside, nobody with an earlier turn is still to come; the turn ends with `announce`."""
        self.announce(plan, moment)
        if self._first() != (moment, plan):
            opened = asyncio.get_running_loop().create_future()
            self._waiting[moment, plan] = opened
            await opened
        yield

    def _first(self) -> Turn | None:
        while self._heap and self._moments.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _open(self) -> None:
        first = self._first()
        opened = self._waiting.pop(first, None) if first else None
        if opened is not None and not opened.done():
            opened.set_result(None)
