"""The compose file's workers as plain processes: two of them, one Postgres, one Temporal, one sink."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import yaml
from temporalio.client import Client

from infrastructure.embedded import child
from infrastructure.embedded.mailbox import EmbeddedMailServer, Mailbox
from infrastructure.embedded.temporal import EmbeddedTemporal
from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.faults import proof
from tests.faults.lives import COMMANDS, Lives, plan_ids
from tests.faults.town import ROOT, WorkerProcess, kill
from tests.workflow.conftest import publish_reference

SERVICE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][
    "worker"
]


def environment(database: Database, server: EmbeddedTemporal, sink: str) -> dict[str, str]:
    """The service's own variables; only addresses and secrets are those of this machine."""
    stated = {name: str(value) for name, value in SERVICE["environment"].items()}
    secrets = {"database_url": database.app_dsn}
    here = {"temporal": server.address, "mailpit": urlsplit(sink).netloc}
    for name, value in stated.items():
        for service, address in here.items():
            port = value.rpartition(":")[2]
            stated[name] = stated[name].replace(f"{service}:{port}", address)
    stated |= {secret.upper(): secrets[secret] for secret in SERVICE["secrets"]}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **stated}


@pytest.fixture
async def sink(short_folder: Path) -> AsyncIterator[str]:
    server = EmbeddedMailServer(Mailbox(short_folder / "mail"))
    await server.start()
    yield server.url
    await server.stop()


@pytest.fixture
async def workers(
    database: Database, temporal_server: EmbeddedTemporal, sink: str, short_folder: Path
) -> AsyncIterator[list[WorkerProcess]]:
    async with Writer.open(database.app_dsn) as writer:
        await publish_reference(writer)
    program, *rest = SERVICE["command"]
    command = [{"python": sys.executable}[program], *rest]
    told = environment(database, temporal_server, sink)
    started = [WorkerProcess(told, short_folder / f"{n}.log", command) for n in (1, 2)]
    for each in started:
        await each.start()
    yield started
    for each in started:
        await each.stop()


async def connected(database: Database) -> int:
    """Workers that have a writer open in this database, by its two connections each."""
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        found: int = await connection.fetchval(
            "select count(*) from pg_stat_activity"
            " where application_name = 'helhedsplan-writer' and datname = current_database()"
        )
        return found // 2
    finally:
        await connection.close()


async def test_two_workers_share_the_plans_and_one_goes_on_alone(
    workers: list[WorkerProcess], database: Database, temporal: Client
) -> None:
    while await connected(database) < len(workers):
        await asyncio.sleep(0.05)
    first, second = workers
    plans = plan_ids(6)

    def heard(answers: int) -> None:
        if answers == len(plans) * len(COMMANDS) // 2:
            kill(first)

    queue = SERVICE["environment"]["HELHEDSPLAN_TASK_QUEUE"]
    lives = Lives(temporal, queue, plans, on_answer=heard)
    await lives.live()

    events = await proof.whole_log(database.app_dsn)
    assert first.child is not None
    assert await child.gone(first.child) < 0
    assert second.child is not None
    assert second.child.poll() is None
    assert len(lives.acknowledged) == len(plans) * len(COMMANDS)
    assert proof.recorded_otherwise(events, lives.acknowledged) == []
    assert proof.broken_links(events) == []
    assert await proof.found_by_verify(database.app_dsn) == []


async def test_a_worker_that_is_asked_to_stop_ends_within_the_grace_period(
    workers: list[WorkerProcess], database: Database
) -> None:
    while await connected(database) < len(workers):
        await asyncio.sleep(0.05)
    grace = float(SERVICE["stop_grace_period"].removesuffix("s"))

    for each in workers:
        assert each.child is not None
        each.child.terminate()

    codes = [await child.gone(each.child, grace) for each in workers if each.child]
    assert codes == [0, 0]
