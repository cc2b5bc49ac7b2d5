"""`helhedsplan doctor`: is everything there and at work? One line for each check."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.problems import FAULT, TRY_LATER, Away
from cli.running import printed, run
from infrastructure import health
from infrastructure.clock import utc_now
from infrastructure.health import Check

SERVICES = {"postgres", "temporal", "worker"}
"""Away rather than broken."""


def doctor(
    data: options.Data = None, lang: options.Language = None, is_json: options.Json = False
) -> None:
    asked = Asked(data, lang, is_json)
    found = run(asked, _all)
    is_healthy = all(each.is_ok for each in found)
    if is_json:
        checks: list[dict[str, Any]] = [
            {"check": each.name, "is_ok": each.is_ok, "detail": each.detail} for each in found
        ]
        printed({"is_healthy": is_healthy, "checks": checks})
    else:
        for each in found:
            render.line(f"{'✓' if each.is_ok else '✗'} {each.name}: {each.detail}")
    if not is_healthy:
        failed = {each.name for each in found if not each.is_ok}
        raise typer.Exit(TRY_LATER if failed & SERVICES else FAULT)


doctor.__doc__ = both(
    "Kontrollér installationen: Postgres, skema, Temporal, worker, kæde, påmindelser, mail.",
    "Check the installation: Postgres, schema, Temporal, worker, chain, reminders, mail.",
)


async def _all(access: Access) -> list[Check]:
    dsn = access.settings.database_url or ""
    probes: Mapping[str, Callable[[], Awaitable[Check]]] = {
        "postgres": lambda: health.postgres(access.pool),
        "schema": lambda: health.schema(dsn),
        "chain": lambda: health.chain(dsn),
        "unaccounted_notices": lambda: health.notices(access.pool, access.plans, access.today()),
        "oldest_unsent_mail": lambda: health.oldest_mail(access.pool, access.today()),
    }
    found = [await health.checked(name, probe) for name, probe in probes.items()]
    return found + await _of_temporal(access)


async def _of_temporal(access: Access) -> list[Check]:
    try:
        client = await access.client()
    except Away as error:
        return [Check("temporal", False, str(error))]
    queue = access.settings.task_queue
    probes: Mapping[str, Callable[[], Awaitable[Check]]] = {
        "worker": lambda: health.worker(client, queue, utc_now()),
        "workflows": lambda: health.missing_runs(client, access.plans),
        "stuck_tasks": lambda: health.stuck_tasks(client),
    }
    found = [await health.checked(name, probe) for name, probe in probes.items()]
    address = access.settings.temporal_address or client.namespace
    return [Check("temporal", True, address), *found]
