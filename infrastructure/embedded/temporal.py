"""Runs Temporal's dev server as a child: one file, loopback only, able to skip time."""

import asyncio
import shutil
import signal
import subprocess
import sysconfig
from pathlib import Path

import psutil
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from infrastructure.embedded import child
from infrastructure.temporal import data_converter, install_runtime

NAMESPACE = "default"
PREFERRED_PORT = 7233
PREFERRED_UI_PORT = 8233
START_SECONDS = 30
START_ATTEMPTS = 3
LOG_LIMIT_BYTES = 5_000_000

# For people who use Temporal's own pages and command line; the program never searches by them.
SEARCH_ATTRIBUTES = {
    "PlanPhase": "Keyword",
    "PlanArea": "Keyword",
    "PlanWaitsOn": "KeywordList",
    "PlanNextDue": "Datetime",
}

# Measured: without the rates each skip waits 0.2 s, with 10 updates in flight 29 of 40 fail.
DYNAMIC_CONFIG = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": "100000",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    "history.timerProcessorMaxPollRPS": "2000",
    "history.transferProcessorMaxPollRPS": "2000",
    "history.visibilityProcessorMaxPollRPS": "2000",
    "history.outboundProcessorMaxPollRPS": "2000",
    "history.maxInFlightUpdates": "1000",
    "history.workflowIdReuseMinimalInterval": '"0s"',
}


class EmbeddedTemporal:
    """The server on `file` (None: in memory), at the same address after each restart."""

    name = "temporal"

    def __init__(self, file: Path | None, log: Path, *, has_ui: bool = False) -> None:
        self.file = file
        self.log = log
        self.has_ui = has_ui
        self.child: subprocess.Popen[bytes] | None = None
        self.port: int | None = None
        self.ui_port: int | None = None

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Temporal's own pages."""
        return f"http://127.0.0.1:{self.ui_port}" if self.ui_port else None

    async def start(self) -> None:
        """Run it until it answers; about one start in 150 needs a second try.

        Raises RuntimeError with the end of its log when it never does.
        """
        install_runtime()
        await self.stop()
        await child.clear_strays(self._is_stray, signal.SIGKILL)
        is_restart = self.port is not None
        for _attempt in range(START_ATTEMPTS):
            if not is_restart:
                self._choose_ports()
            self.child = child.spawn(
                self._command(), log=self._fresh_log(), dies_with_us=signal.SIGKILL
            )
            if await self._answers(self.child):
                return
            await child.stop(self.child, signal.SIGKILL, 5)
        message = f"Temporal's dev server did not start: {child.tail(self.log)}"
        raise RuntimeError(message)

    async def stop(self) -> None:
        """Its file is written through, so a plain end suffices."""
        if self.child is not None:
            await child.stop(self.child, signal.SIGTERM, 10)

    async def connect(self) -> Client:
        """A client of this server with our converter."""
        return await Client.connect(
            self.address, namespace=NAMESPACE, data_converter=data_converter
        )

    def _choose_ports(self) -> None:
        self.port = child.free_port(PREFERRED_PORT)
        self.ui_port = child.free_port(PREFERRED_UI_PORT) if self.has_ui else None

    def _command(self) -> list[str]:
        command = [str(_program()), "server", "start-dev", "--ip", "127.0.0.1"]
        command += ["--port", str(self.port), "--log-level", "error"]
        if self.ui_port is None:
            command.append("--headless")
        else:
            command += ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"]
        if self.file is not None:
            command += ["--db-filename", str(self.file)]
            command += ["--sqlite-pragma", "journal_mode=wal"]
            command += ["--sqlite-pragma", "synchronous=2"]
        for key, value in DYNAMIC_CONFIG.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        return command

    def _is_stray(self, process: psutil.Process) -> bool:
        if self.file is None or process.name() != "temporal":
            return False
        return str(self.file) in process.cmdline()

    def _fresh_log(self) -> Path:
        if self.log.is_file() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log

    async def _answers(self, server: subprocess.Popen[bytes]) -> bool:
        request = DescribeNamespaceRequest(namespace=NAMESPACE)
        try:
            async with asyncio.timeout(START_SECONDS):
                while server.poll() is None:
                    try:
                        client = await self.connect()
                        await client.workflow_service.describe_namespace(request)
                    except (RuntimeError, RPCError):
                        await asyncio.sleep(0.05)
                    else:
                        return child.listens(server, self.port)
        except TimeoutError:
            return False
        return False


def _program() -> Path:
    """Beside the interpreter first: the environment need not be activated."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = beside if beside.is_file() else shutil.which("temporal")
    if found is None:
        message = "the embedded Temporal is missing: install helhedsplan[embedded]"
        raise RuntimeError(message)
    return Path(found)
