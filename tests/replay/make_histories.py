"""Makes the stored histories: `python -m tests.replay.make_histories NAME …` (no name: the missing).

An old history stays: it is what running plans still have. New behaviour gets a new name.
"""

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import Client, WorkflowHandle

from domain.calendar import NOTICE_TIME, at
from domain.plan import commands as c
from infrastructure.clock import utc_now
from infrastructure.embedded import places, temporal
from infrastructure.embedded.postgres import OWNER, EmbeddedPostgres
from infrastructure.embedded.temporal import EmbeddedTemporal
from infrastructure.event_store.migrations import migrate
from infrastructure.event_store.writer import Writer
from infrastructure.temporal import settle
from tests.domain import build as b
from tests.workflow.conftest import publish_reference
from worker import running_worker
from workflows.door import send
from workflows.plan import PlanStart, PlanView, PlanWorkflow, plan_workflow_id

FOLDER = Path(__file__).parent / "histories"
NAMESPACE = UUID("0c8f1e52-3a57-5f0e-8b8c-6f0f3a1d9b70")
QUEUE = "replay"
SUGGESTED_LENGTH = 40
"""Events after which this server suggests a new run; a production one says so after thousands."""
REMARK = c.AddRemark(remark=b.REASON)
WITHDRAW = c.Withdraw(reason=b.REASON)


@dataclass
class Scene:
    """One plan, its commands, and the door and the clock that they meet."""

    client: Client
    name: str
    moment: datetime
    sent: int = 0
    offset_seconds: int = field(init=False)

    def __post_init__(self) -> None:
        self.offset_seconds = int((self.moment - utc_now()).total_seconds())

    @property
    def start(self) -> PlanStart:
        return PlanStart(plan=self.name, offset_seconds=self.offset_seconds, is_virtual=True)

    @property
    def handle(self) -> WorkflowHandle[PlanWorkflow, None]:
        return self.client.get_workflow_handle_for(PlanWorkflow.run, plan_workflow_id(self.name))

    def envelope(self, body: c.PlanCommand) -> c.Envelope:
        self.sent += 1
        command_id = uuid5(NAMESPACE, f"{self.name}/{self.sent}")
        return c.Envelope(command_id=command_id, actor="p-0001", body=body)

    async def ask(self, *bodies: c.PlanCommand) -> None:
        for body in bodies:
            await send(self.client, QUEUE, self.start, self.envelope(body))

    async def signal(self, *bodies: c.PlanCommand) -> None:
        for body in bodies:
            await self.handle.signal("command", self.envelope(body))

    async def until(self, is_so: Callable[[PlanView], bool]) -> None:
        while not is_so(await self.handle.query(PlanWorkflow.state)):
            await asyncio.sleep(0.02)


Play = Callable[[Scene], Coroutine[Any, Any, None]]


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)


def asked(*bodies: c.PlanCommand) -> Play:
    async def play(scene: Scene) -> None:
        await scene.ask(*bodies)

    return play


async def signalled(scene: Scene) -> None:
    """Signals between updates; one of them is refused, and the same one comes twice."""
    await scene.ask(b.DRAFT)
    twice = scene.envelope(REMARK)
    await scene.handle.signal("command", twice)
    await scene.handle.signal("command", twice)
    await scene.signal(b.SEND, REMARK)
    await scene.until(lambda view: view.version == 3 and view.queued == 0)
    await scene.handle.signal("reload")
    await scene.ask(b.SUBMIT)


async def reminded(scene: Scene) -> None:
    """A timer fires: the reminder of a draft at rest falls due."""
    await scene.ask(b.DRAFT)
    before = (await scene.handle.query(PlanWorkflow.state)).next_at
    await scene.until(lambda view: view.next_at != before)


async def continued(scene: Scene) -> None:
    """More signals than one run takes; the next run begins with what is left of them."""
    await scene.ask(b.DRAFT)
    await scene.signal(*[REMARK] * 60)
    await scene.until(lambda view: view.version == 61 and view.queued == 0)


SPRING = noon(2013, 6, 10)
REMINDER_AT = at(b.days(60) + datetime(2013, 1, 7, tzinfo=UTC).date(), NOTICE_TIME)
SCENES: dict[str, tuple[datetime, Play]] = {
    "draft": (SPRING, asked(*b.DRAFTED, REMARK)),
    "forum": (SPRING, asked(*b.SUBMITTED)),
    "committees": (SPRING, asked(*b.AT_COMMITTEES)),
    "finance": (SPRING, asked(*b.AT_FINANCE)),
    "council": (SPRING, asked(*b.AT_COUNCIL)),
    "approved": (SPRING, asked(*b.APPROVED)),
    "at-lbf": (SPRING, asked(*b.AT_LBF)),
    "committed": (SPRING, asked(*b.COMMITTED)),
    "running": (noon(2014, 2, 3), asked(*b.COMMITTED, REMARK)),
    "expired": (noon(2017, 9, 11), asked(*b.COMMITTED, REMARK)),
    "withdrawn": (SPRING, asked(*b.SUBMITTED, WITHDRAW)),
    "spoken-to-after-its-end": (SPRING, asked(*b.SUBMITTED, WITHDRAW, REMARK)),
    "signalled": (SPRING, signalled),
}
LONG_SCENES: dict[str, tuple[datetime, Play]] = {"continued": (SPRING, continued)}


def without_traces(text: str) -> str:
    """Ids in their order of appearance, no machine, no process, no path; payloads untouched."""
    numbers: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        known = found.group()
        return numbers.setdefault(known, str(uuid5(NAMESPACE, f"run {len(numbers)}")))

    text = re.sub(r"\d+@[\w.-]+?(?=[\":-])(-[0-9a-f]{32})?", "worker", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", renamed, text)
    return re.sub(r'"stackTrace":"(?:[^"\\]|\\.)*"', '"stackTrace":""', text)


def one_event_a_line(events: list[dict[str, Any]]) -> str:
    lines = (json.dumps(each, separators=(",", ":"), sort_keys=True) for each in events)
    return '{"events":[\n' + ",\n".join(lines) + "\n]}"


async def store(scene: Scene) -> None:
    """Every run of the plan, the first without a number."""
    runs = [each async for each in scene.client.list_workflows(f'WorkflowId = "{scene.handle.id}"')]
    runs.sort(key=lambda run: run.start_time)
    for number, run in enumerate(runs, 1):
        handle = scene.client.get_workflow_handle(run.id, run_id=run.run_id)
        history = json.loads((await handle.fetch_history()).to_json())
        text = without_traces(one_event_a_line(history["events"]))
        name = scene.name if number == 1 else f"{scene.name}-{number}"
        (FOLDER / f"{name}.json").write_text(text + "\n")
        print(name, len(history["events"]), "events", len(text) // 1000, "kB")


@asynccontextmanager
async def stage() -> AsyncIterator[Client]:
    folder = Path(tempfile.mkdtemp(prefix="hp-"))
    folder.chmod(0o711)
    postgres = EmbeddedPostgres(places.places(folder), is_durable=False)
    server = EmbeddedTemporal(None, folder / "temporal.log")
    try:
        await asyncio.gather(postgres.start(), server.start())
        await migrate(postgres.dsn(OWNER))
        async with Writer.open(postgres.dsn()) as writer:
            await publish_reference(writer)
        client = await server.connect()
        async with running_worker(client, postgres.dsn(), QUEUE):
            yield client
    finally:
        await asyncio.gather(postgres.stop(), server.stop())
        await settle()
        places.remove(folder)


async def make(scenes: dict[str, tuple[datetime, Play]], wanted: set[str]) -> None:
    chosen = {name: scene for name, scene in scenes.items() if name in wanted}
    if not chosen:
        return
    async with stage() as client:
        for name, (moment, play) in chosen.items():
            scene = Scene(client, name, moment)
            await play(scene)
            await store(scene)


async def main(names: list[str]) -> None:
    every = {*SCENES, *LONG_SCENES, "reminded"}
    wanted = set(names) or {name for name in every if not (FOLDER / f"{name}.json").exists()}
    if not wanted <= every:
        raise SystemExit(f"no such history: {', '.join(sorted(wanted - every))}")
    FOLDER.mkdir(exist_ok=True)
    await make({**SCENES, "reminded": (REMINDER_AT - timedelta(seconds=2), reminded)}, wanted)
    temporal.DYNAMIC_CONFIG["limit.historyCount.suggestContinueAsNew"] = str(SUGGESTED_LENGTH)
    await make(LONG_SCENES, wanted)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
