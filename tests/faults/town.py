"""A whole installation out of separate processes, each of which a test may kill at any moment."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from infrastructure.embedded import child, places
from infrastructure.embedded.postgres import OWNER, EmbeddedPostgres
from infrastructure.embedded.temporal import NAMESPACE, EmbeddedTemporal
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.writer import Writer
from infrastructure.temporal import settle
from tests.workflow.conftest import publish_reference

ROOT = Path(__file__).parents[2]
WORKER = (sys.executable, "worker.py")


class WorkerProcess:
    """`python worker.py` as a process of its own, told everything by its environment."""

    name = "worker"

    def __init__(
        self, environment: Mapping[str, str], log: Path, command: Sequence[str] = WORKER
    ) -> None:
        self.environment = environment
        self.log = log
        self.command = command
        self.child: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        stated = [f"{name}={value}" for name, value in self.environment.items()]
        self.child = child.spawn(
            ["env", *stated, *self.command],
            log=self.log,
            dies_with_us=signal.SIGKILL,
            folder=ROOT,
        )

    async def stop(self) -> None:
        if self.child is not None:
            await child.stop(self.child, signal.SIGTERM, 10)


Service = EmbeddedPostgres | EmbeddedTemporal | WorkerProcess


class Town:
    """Postgres, Temporal with its file, and one worker; `kill` and `revive` are a test's own."""

    task_queue = "town"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        where = places.places(folder / "data")
        self.postgres = EmbeddedPostgres(where)
        self.temporal = EmbeddedTemporal(where.temporal_file, where.data / "temporal.log")
        self.worker = WorkerProcess({}, folder / "worker.log")

    @property
    def services(self) -> tuple[Service, ...]:
        return self.postgres, self.temporal, self.worker

    async def start(self) -> None:
        await asyncio.gather(self.postgres.start(), self.temporal.start())
        await migrate(self.postgres.dsn(OWNER))
        async with Writer.open(self.postgres.dsn()) as writer:
            await publish_reference(writer)
        self.worker.environment = self.environment()
        await self.worker.start()

    def environment(self) -> dict[str, str]:
        """What a worker of this town is told."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.postgres.dsn(),
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "HELHEDSPLAN_TASK_QUEUE": self.task_queue,
            "HELHEDSPLAN_LOG_FORMAT": "json",
        }

    async def client(self) -> Client:
        """A client, also when the server is just being started again."""
        async with asyncio.timeout(30):
            while True:
                try:
                    return await self.temporal.connect()
                except (RuntimeError, RPCError):
                    await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """The worker first and at once: what it has recorded is in Postgres."""
        if self.worker.child is not None:
            kill(self.worker)
        await asyncio.gather(*(service.stop() for service in self.services))


@asynccontextmanager
async def running_town() -> AsyncIterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    town = Town(folder)
    try:
        await town.start()
        yield town
    finally:
        await town.stop()
        await settle()
        places.remove(folder / "data")
        places.remove(folder)


def kill(service: Service) -> None:
    """Without a word of warning."""
    assert service.child is not None
    service.child.send_signal(signal.SIGKILL)


async def revive(service: Service) -> None:
    """Wait until it is really gone, then start it again at the same address."""
    assert service.child is not None
    await child.gone(service.child)
    await service.start()


async def keep_worker(worker: WorkerProcess) -> None:
    """What a container engine does: a worker that gives up (its Postgres is away) is begun anew."""
    while worker.child is not None:
        await child.gone(worker.child, look_seconds=0.1)
        await worker.start()


def dice_of(seed: int | None) -> random.Random:
    """Dice whose seed is printed, so that a run can be repeated."""
    chosen = seed if seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {chosen}")
    return random.Random(chosen)
