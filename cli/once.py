"""`helhedsplan up --once`: one plan through its next decision, told from what Postgres holds."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.calendar import local_day
from domain.plan.commands import Envelope, RecordDecision
from domain.plan.expected import expected
from domain.plan.progress import phase
from domain.values import TextRef
from infrastructure import installation
from infrastructure.clock import new_id, utc_now
from infrastructure.codec import decode_plan_event
from infrastructure.event_store import texts
from infrastructure.event_store.reader import Reader
from infrastructure.mail.outbox import Outbox
from infrastructure.plans import Plans, plan_stream
from rehearsal.demo import Demo, advance
from workflows.door import send
from workflows.plan import PlanStart

if TYPE_CHECKING:
    from cli.up import Up

ACTOR = "p-0001"
REASON = "Som ventet"
MOST_MAILS = 100
MAIL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """The decision that comes next in the whole portfolio, and when it is reminded of."""

    plan: str
    command: RecordDecision
    reminded_on: date


async def once(ready: "Up") -> None:
    """The meeting is held, its secretary is reminded, the decision is entered: all on JSON."""
    plans = Plans(Reader(ready.pool))
    turn = await _next_turn(ready, plans)
    demo = Demo(ready.pool, plans, ready.client, ready.settings.task_queue)
    await advance(demo, turn.reminded_on, others="wait")
    await _mailed(ready, turn.plan)
    what = await installation.read(ready.pool)
    start = PlanStart(plan=turn.plan, offset_seconds=what.offset_seconds, is_virtual=True)
    envelope = Envelope(command_id=new_id(), actor=ACTOR, body=turn.command)
    await send(ready.client, ready.settings.task_queue, start, envelope)
    told = await _told(ready, plans, turn, envelope)
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))


async def _next_turn(ready: "Up", plans: Plans) -> Turn:
    """The soonest decision that is expected and that somebody will be reminded to enter."""
    reference = await plans.reference()
    today = local_day(ready.installation.now(utc_now()))
    stored = await texts.put(ready.pool, REASON)
    why = TextRef(id=stored.id, digest=stored.digest)
    turns: list[Turn] = []
    for plan_id in await plans.open_ids():
        plan = await plans.load(plan_id)
        act = expected(plan, reference, today, why) if plan else None
        if act is None or not isinstance(act.command, RecordDecision):
            continue
        reminded_on = await _reminded_on(plans, plan_id, act.command)
        if reminded_on is not None:
            turns.append(Turn(plan_id, act.command, reminded_on))
    return min(turns, key=lambda turn: (turn.reminded_on, turn.plan))


async def _reminded_on(plans: Plans, plan_id: str, command: RecordDecision) -> date | None:
    """The day after the meeting on which its secretary is first reminded."""
    sitting = command.sitting
    planned = (await plans.ledger(plan_id)).planned()
    days = [
        notice.send_on
        for notice in planned
        if notice.body == sitting.body and notice.send_on > sitting.meeting_on
    ]
    return min(days, default=None)


async def _told(ready: "Up", plans: Plans, turn: Turn, envelope: Envelope) -> dict[str, Any]:
    """Everything read back from Postgres, by the command's id and the plan's own mails."""
    recorded = await plans.reader.by_command(plan_stream(turn.plan), envelope.command_id)
    plan = await plans.load(turn.plan)
    mails = await Outbox(ready.pool).sent(None, turn.plan, MOST_MAILS)
    events = [decode_plan_event(each) for each in recorded]
    return {
        "plan": turn.plan,
        "phase": phase(plan) if plan else None,
        "decision": turn.command.model_dump(mode="json", exclude_defaults=True),
        "events": [
            {
                "position": row.position,
                "version": row.version,
                "type": event.type,
                **event.model_dump(mode="json", exclude_defaults=True),
            }
            for row, event in zip(recorded, events, strict=True)
        ],
        "mails": [
            {"on": kept.mail.day, "to": kept.mail.party, "subject": kept.mail.subject}
            for kept in mails
        ],
    }


async def _mailed(ready: "Up", plan: str) -> None:
    """Until the reminder is sent: one that is decided first would be suppressed."""
    async with asyncio.timeout(MAIL_SECONDS):
        while not await Outbox(ready.pool).sent(None, plan, MOST_MAILS):
            await asyncio.sleep(0.1)
