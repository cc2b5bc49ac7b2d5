"""Answers: how does what a person asked for reach a plan, and what came of it?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from activities.messages import Answer
from cli.access import Access
from cli.people import acting, known_party, names, near
from cli.problems import Away, NotFound, Problem
from cli.running import refused
from cli.texts import Texts
from domain.plan.commands import Envelope, PlanCommand
from domain.plan.events import PlanEvent
from domain.plan.state import Plan
from domain.refusals import Refusal
from infrastructure.clock import new_id
from infrastructure.codec import decode_plan_event
from infrastructure.inbox import plan_ids
from infrastructure.plans import plan_stream
from infrastructure.wording.say import LANGUAGES
from infrastructure.wording.sentences import event_sentence
from workflows.door import send
from workflows.plan import PlanStart

MOST_BETWEEN = 5


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, under which id and against which version of the plan."""

    person: str | None = None
    on_behalf_of: str | None = None
    expected_version: int | None = None
    command_id: UUID | None = None


async def known_plan(access: Access, plan_id: str) -> Plan:
    """The plan as it is now. Raises NotFound with the nearest names."""
    plan = await access.plans.load(plan_id)
    if plan is None:
        raise await no_such_plan(access, plan_id)
    return plan


async def no_such_plan(access: Access, plan_id: str) -> NotFound:
    names = near(plan_id, await plan_ids(access.pool))
    da = f" Mente du {', '.join(names)}?" if names else " `helhedsplan plans --all` viser dem alle."
    en = f" Did you mean {', '.join(names)}?" if names else " `helhedsplan plans --all` lists all."
    return NotFound(
        f"Der er ingen plan {plan_id}.{da}", f"There is no plan {plan_id}.{en}", near=names
    )


async def sent(access: Access, plan_id: str, body: PlanCommand, sender: Sender) -> dict[str, Any]:
    """Have a command recorded; what was recorded, ready for `--json`.

    Raises Refusal when a rule speaks against it, Away while the demo is being advanced.
    """
    not_while_advancing(access)
    envelope = Envelope(
        command_id=sender.command_id or new_id(),
        actor=await acting(access, sender.person),
        on_behalf_of=await _whom(access, sender),
        expected_version=sender.expected_version,
        body=body,
    )
    # The engine gives a repeated update its first answer, which cannot know of the repetition.
    plan = await access.plans.load(plan_id)
    was_known = plan is not None and envelope.command_id in plan.commands
    answer = await _answered(access, plan_id, envelope)
    return {
        "plan": plan_id,
        "command_id": str(envelope.command_id),
        "actor": envelope.actor,
        "version": answer.version,
        "repeated": was_known or answer.is_repeated,
        "events": [event_data(event) for event in answer.events],
        "sentences": await _sentences(access, answer),
    }


async def _whom(access: Access, sender: Sender) -> str | None:
    if sender.on_behalf_of is None:
        return None
    return await known_party(access, sender.on_behalf_of)


def not_while_advancing(access: Access) -> None:
    """A command sent during an advance would land on any day."""
    if access.installation.target is not None:
        raise Away(
            f"Demoen spoles frem til {access.installation.target:%Y-%m-%d}. Prøv igen, når den er"
            " nået; er den gået i stå, så kør `helhedsplan demo advance` igen.",
            f"The demo is being advanced to {access.installation.target:%Y-%m-%d}. Try again when"
            " it has arrived; if it has stopped, run `helhedsplan demo advance` again.",
        )


async def _sentences(access: Access, answer: Answer) -> dict[str, list[str]]:
    """What was recorded, for people."""
    return {
        lang: [event_sentence(lang, each, await names(access, lang)) for each in answer.events]
        for lang in LANGUAGES
    }


async def _answered(access: Access, plan_id: str, envelope: Envelope) -> Answer:
    start = PlanStart(
        plan=plan_id,
        offset_seconds=access.installation.offset_seconds,
        is_virtual=access.installation.is_virtual,
    )
    client = await access.client()
    try:
        return await send(client, access.settings.task_queue, start, envelope)
    except Refusal as refusal:
        if refusal.code != "stale" or envelope.expected_version is None:
            raise
        problem = await refused(access, refusal)
        raise await _with_what_came_between(access, plan_id, envelope, problem) from refusal


async def _with_what_came_between(
    access: Access, plan_id: str, envelope: Envelope, problem: Problem
) -> Problem:
    """Whoever is late is told who was first, and with what."""
    stream = plan_stream(plan_id)
    between = await access.reader.stream(stream, envelope.expected_version or 0)
    for lang in LANGUAGES:
        called = await names(access, lang)
        said = [
            f"{each.recorded_on} {called.get(each.actor, each.actor)}: "
            + event_sentence(lang, decode_plan_event(each), called)
            for each in between[-MOST_BETWEEN:]
        ]
        problem.sentences[lang] = "\n  ".join([problem.sentences[lang], *said])
    problem.facts["since"] = [
        {
            "version": each.version,
            "recorded_at": each.recorded_at.isoformat(),
            "actor": each.actor,
            "event": event_data(decode_plan_event(each)),
        }
        for each in between
    ]
    return problem


async def sent_with_texts(
    access: Access, plan_id: str, body: PlanCommand, texts: Texts, sender: Sender
) -> dict[str, Any]:
    """The same for a command whose texts are not stored yet: they are taken back if it is refused."""
    with_refs = await texts.stored_in(access.pool, body)
    try:
        answer = await sent(access, plan_id, with_refs, sender)
    except (Refusal, Problem):
        await texts.take_back(access.pool, access.now())
        raise
    if answer["repeated"]:
        await texts.take_back(access.pool, access.now(), used=str(answer["events"]))
    return answer


def event_data(event: PlanEvent) -> dict[str, Any]:
    """An event as people's programs read it: type first, what is empty left out."""
    return {"type": event.type} | event.model_dump(mode="json", exclude_none=True)
