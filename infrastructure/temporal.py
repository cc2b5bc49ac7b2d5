"""How every part of the program meets Temporal: one converter, one sandbox, one runtime."""

import asyncio
import logging
from functools import lru_cache

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from infrastructure.settings import Settings

data_converter = pydantic_data_converter

# Loaded once, outside the sandbox: two copies of one model would be two classes.
OURS = ("domain", "activities", "infrastructure")
# asyncpg 0.31 and later kills the process (SIGSEGV) at its next connection after a copy of it was
# loaded in a sandbox and dropped again; the others take time to load, or locks that are refused.
DRIVERS = ("asyncpg", "holidays", "msgspec", "pydantic", "pydantic_core", "structlog")


@lru_cache
def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox of workers and of replay alike; mixing two gives two classes of one model."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*OURS, *DRIVERS)
    return SandboxedWorkflowRunner(restrictions=restrictions)


@lru_cache
def install_runtime() -> Runtime:
    """Send the SDK core's log to ours; by default it writes to stdout, into the JSON of the CLI.

    Must come before the first connection of the process.
    """
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporal.core"))
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=levels, forwarding=forwarding))
    runtime = Runtime(telemetry=telemetry)
    Runtime.set_default(runtime)
    return runtime


async def connect(settings: Settings) -> Client:
    """A client as `TEMPORAL_*` (or Temporal's own profile file) says, with our converter.

    Raises RuntimeError when the server does not answer.
    """
    install_runtime()
    profile = ClientConfig.load_client_connect_config()
    return await Client.connect(
        settings.temporal_address or profile.get("target_host") or "localhost:7233",
        namespace=settings.temporal_namespace or profile.get("namespace") or "default",
        api_key=settings.temporal_api_key or profile.get("api_key"),
        tls=profile.get("tls") or None,
        rpc_metadata=profile.get("rpc_metadata") or {},
        data_converter=data_converter,
    )


async def settle() -> None:
    """Let the SDK's threads come to rest; without it one exit in three aborts (code 134)."""
    await asyncio.sleep(0.5)
