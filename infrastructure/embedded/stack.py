"""Starts, supervises and stops the embedded stack as one thing."""

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import structlog

from infrastructure.embedded import child, places, running
from infrastructure.embedded.mailbox import EmbeddedMailServer, Mailbox
from infrastructure.embedded.postgres import APP, OWNER, EmbeddedPostgres
from infrastructure.embedded.temporal import NAMESPACE, EmbeddedTemporal

log = structlog.get_logger(__name__)

RESTART_PAUSE_SECONDS = 0.2
LONGEST_RESTART_PAUSE_SECONDS = 10.0


class Service(Protocol):
    """A child that the stack keeps alive."""

    name: str

    @property
    def child(self) -> subprocess.Popen[bytes] | None:
        """The process that runs now."""

    async def start(self) -> None:
        """Run it until it answers."""

    async def stop(self) -> None:
        """End it."""


class EmbeddedStack:
    """`async with EmbeddedStack(data) as stack`: Postgres, Temporal and a mailbox on one folder.

    Raises AlreadyRunning when another process has the folder.
    """

    def __init__(
        self,
        data: Path,
        *,
        has_ui: bool = True,
        is_durable: bool = True,
        is_announced: bool = True,
    ) -> None:
        self.data = data.expanduser().absolute()
        self.is_announced = is_announced
        self.has_ui = has_ui
        self.is_durable = is_durable
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    @property
    def info(self) -> running.StackInfo:
        """Where everything answers."""
        return running.StackInfo(
            pid=os.getpid(),
            data=str(self.data),
            database_url=self.postgres.dsn(APP),
            database_owner_url=self.postgres.dsn(OWNER),
            temporal_address=self.temporal.address,
            temporal_namespace=NAMESPACE,
            temporal_ui_url=self.temporal.ui_url,
            smtp_url=self.mail.url,
            mail_folder=str(self.mailbox.folder),
        )

    async def _start(self) -> None:
        where = places.places(self.data)
        self._open.enter_context(running.take_lock(self.data))
        self.mailbox = Mailbox(where.mail)
        self.mail = EmbeddedMailServer(self.mailbox)
        self.postgres = EmbeddedPostgres(where, is_durable=self.is_durable)
        self.temporal = EmbeddedTemporal(
            where.temporal_file, self.data / "temporal.log", has_ui=self.has_ui
        )
        await self.mail.start()
        self._open.push_async_callback(self.mail.stop)
        self._open.push_async_callback(self._stop_children)
        await _all_or_first_error(self._services())
        watchers = [asyncio.create_task(keep_alive(each)) for each in self._services()]
        self._open.push_async_callback(_cancel, watchers)
        if self.is_announced:
            self.announce()

    def announce(self) -> None:
        """Let other commands find the stack: at once, or when whoever started it is ready."""
        running.publish(self.info)
        self._open.callback(running.withdraw, self.data)

    def _services(self) -> tuple[Service, Service]:
        return self.postgres, self.temporal

    async def _stop_children(self) -> None:
        await asyncio.gather(*(service.stop() for service in self._services()))


@asynccontextmanager
async def temporary_stack() -> AsyncIterator[EmbeddedStack]:
    """A private stack that leaves nothing behind: for rehearsals and `--once` on no folder."""
    data = Path(tempfile.mkdtemp(prefix="helhedsplan-"))
    data.chmod(0o711)
    try:
        async with EmbeddedStack(data, has_ui=False, is_durable=False) as stack:
            yield stack
    finally:
        await asyncio.to_thread(places.remove, data)


async def keep_alive(service: Service) -> None:
    """Start a child again, at the same address, whenever it dies; never gives up."""
    pause = RESTART_PAUSE_SECONDS
    while service.child is not None:
        code = await child.gone(service.child, look_seconds=0.1)
        log.warning("child_died", child=service.name, code=code)
        try:
            await service.start()
        except Exception as error:  # noqa: BLE001 - one that dies of a bug would watch nothing
            log.warning("child_restart_failed", child=service.name, error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_RESTART_PAUSE_SECONDS)
        else:
            log.info("child_restarted", child=service.name)
            pause = RESTART_PAUSE_SECONDS


def stop_requested() -> asyncio.Future[str]:
    """Done, with the signal's name, at SIGTERM or SIGINT (Ctrl-C); ask before the stack starts."""
    loop = asyncio.get_running_loop()
    received: asyncio.Future[str] = loop.create_future()

    def note(which: signal.Signals) -> None:
        if not received.done():
            received.set_result(which.name)

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, note, each)
    return received


async def _all_or_first_error(services: tuple[Service, ...]) -> None:
    """Each comes to an end first: a start that is cancelled half-way would leave its child."""
    starts = await asyncio.gather(*(each.start() for each in services), return_exceptions=True)
    for outcome in starts:
        if outcome is not None:
            raise outcome


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
