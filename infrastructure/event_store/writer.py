"""The one coalescing writer of a process: what arrives during a commit goes with the next one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Self

import asyncpg

from infrastructure.event_store import batch, border, rows
from infrastructure.event_store.errors import LOST, BadData, StoreUnavailable
from infrastructure.event_store.records import Group, Outcome, Repeated

_CLOSED = "the writer is closed"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait, how much goes in one call, and how long anything may take."""

    queued_groups: int = 10_000
    groups_per_call: int = 256
    # The answer must fit in a socket's buffer: a client that hangs must not make the server wait
    # with the lock in its hand. 40 bytes come back per event.
    events_per_call: int = 2_000
    lock_seconds: float = 4.0
    statement_seconds: float = 20.0
    call_seconds: float = 25.0
    connect_seconds: float = 5.0


class _Waiting(NamedTuple):
    group: Group
    answer: asyncio.Future[Outcome]


class Writer:
    """Appends groups; `append` may be called by any number of tasks of one event loop.

    Two connections let one batch be prepared while the other is written.
    """

    def __init__(self, dsn: str, connections: int = 1, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lanes = [_Lane(dsn, self._limits) for _ in range(connections)]
        self._queue: deque[_Waiting] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = True

    @classmethod
    @asynccontextmanager
    async def open(
        cls, dsn: str, connections: int = 1, limits: Limits | None = None
    ) -> AsyncIterator[Self]:
        """Connects at once, so that a wrong address is seen here and not at the first append."""
        writer = cls(dsn, connections, limits)
        async with writer:
            yield writer

    async def __aenter__(self) -> Self:
        for lane in self._lanes:
            await lane.connect()
        self._closing = False
        self._tasks = [asyncio.create_task(self._work(lane)) for lane in self._lanes]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        for idle in self._idle:
            if not idle.done():
                idle.set_result(None)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for lane in self._lanes:
            await lane.close()

    async def append(self, group: Group) -> Outcome:
        """Records the group, or says why not: Recorded, Repeated or Stale.

        Raises BadData for what can never be stored, and StoreUnavailable when it is unknown
        whether the group was recorded: the same command id may then be sent again.
        """
        border.check(group)
        if self._closing:
            raise StoreUnavailable(_CLOSED)
        if len(self._queue) >= self._limits.queued_groups:
            raise StoreUnavailable(f"{len(self._queue)} groups are waiting already")
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(group, answer))
        while self._idle:
            idle = self._idle.pop()
            if not idle.done():
                idle.set_result(None)
                break
        return await answer

    async def _work(self, lane: "_Lane") -> None:
        while True:
            taken = self._take()
            if taken:
                await lane.commit(taken)
            elif self._closing:
                return
            else:
                idle = asyncio.get_running_loop().create_future()
                self._idle.append(idle)
                await idle

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        again: list[_Waiting] = []
        commands = set()
        events = 0
        limits = self._limits
        while self._queue and len(taken) < limits.groups_per_call:
            waiting = self._queue.popleft()
            if waiting.answer.done():  # its caller went away before it was sent
                continue
            group = waiting.group
            events += sum(len(append.events) for append in group.appends)
            if taken and events > limits.events_per_call:
                self._queue.appendleft(waiting)
                break
            if group.command_id in commands:  # its twin must be in the log before it asks
                again.append(waiting)
                continue
            commands.add(group.command_id)
            taken.append(waiting)
        self._queue.extendleft(reversed(again))
        return taken


class _Lane:
    """One connection, opened again when it was lost."""

    def __init__(self, dsn: str, limits: Limits) -> None:
        self._dsn = dsn
        self._limits = limits
        self._connection: asyncpg.Connection | None = None
        self._call: Any = None

    async def connect(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        limits = self._limits
        connection: asyncpg.Connection | None = None
        try:
            connection = await asyncpg.connect(
                self._dsn,
                timeout=limits.connect_seconds,
                command_timeout=limits.call_seconds,
                server_settings=_settings(limits),
            )
            self._call = await connection.prepare(batch.CALL)
        except (asyncpg.PostgresError, *LOST) as error:
            if connection is not None:
                connection.terminate()
            raise StoreUnavailable(f"no connection to the event store: {error}") from error
        self._connection = connection

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=self._limits.connect_seconds)
        self._connection = None

    async def commit(self, taken: Sequence[_Waiting]) -> None:
        """Gives every caller its outcome or its error; never raises itself."""
        groups = [waiting.group for waiting in taken]
        try:
            await self.connect()
            found = batch.outcomes(groups, await self._answer(groups))
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
            await self._failed(taken, error)
            return
        for waiting, outcome in zip(taken, found, strict=True):
            if outcome is not None and not waiting.answer.done():
                waiting.answer.set_result(outcome)
        for waiting, outcome in zip(taken, found, strict=True):
            if outcome is None:
                await self._repeat(waiting)

    async def _answer(self, groups: Sequence[Group]) -> Any:
        try:
            return await self._call.fetchrow(*batch.arguments(groups))
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != "event_stream_command":
                raise
        # One of the commands was recorded before, and comes again with a newer version.
        return await self._call.fetchrow(*batch.arguments(groups, look_up_all=True))

    async def _repeat(self, waiting: _Waiting) -> None:
        group = waiting.group
        try:
            assert self._connection is not None
            found = await self._connection.fetch(
                rows.BY_COMMAND,
                [append.stream for append in group.appends],
                group.command_id,
            )
        except Exception as error:  # noqa: BLE001 - as above
            await self._failed([waiting], error)
            return
        if not waiting.answer.done():
            waiting.answer.set_result(Repeated(tuple(rows.event(row) for row in found)))

    async def _failed(self, taken: Sequence[_Waiting], error: Exception) -> None:
        if self._is_lost() or not _is_data_error(error):
            self._drop_connection()
            _tell(taken, _unavailable(error))
        elif len(taken) > 1:  # halve until only the bad one is refused
            middle = len(taken) // 2
            await self.commit(taken[:middle])
            await self.commit(taken[middle:])
        else:
            refusal = BadData(f"the store refused the data: {error}")
            refusal.__cause__ = error
            _tell(taken, refusal)

    def _is_lost(self) -> bool:
        """A driver that stumbles over a lost connection may raise what looks like wrong data."""
        return self._connection is None or self._connection.is_closed()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None


def _settings(limits: Limits) -> dict[str, str]:
    return {
        "application_name": "helhedsplan-writer",
        "timezone": "UTC",
        "lock_timeout": str(int(limits.lock_seconds * 1000)),
        "statement_timeout": str(int(limits.statement_seconds * 1000)),
        "idle_in_transaction_session_timeout": "5000",
        "default_transaction_isolation": "read committed",
        "synchronous_commit": "on",
        # The plans of append_batch are made while the table may be empty; these keep them right
        # for a full one.
        "plan_cache_mode": "force_generic_plan",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "jit": "off",
    }


def _is_data_error(error: Exception) -> bool:
    """Errors that lie in what was sent: wrong values, broken constraints, too large."""
    return isinstance(
        error,
        asyncpg.DataError
        | asyncpg.IntegrityConstraintViolationError
        | asyncpg.ProgramLimitExceededError
        | UnicodeError
        | ValueError
        | TypeError
        | AttributeError
        | OverflowError,
    )


def _unavailable(error: Exception) -> StoreUnavailable:
    if isinstance(error, StoreUnavailable):
        return error
    unavailable = StoreUnavailable(f"{type(error).__name__}: {error}")
    unavailable.__cause__ = error
    return unavailable


def _tell(taken: Sequence[_Waiting], error: Exception) -> None:
    for waiting in taken:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
