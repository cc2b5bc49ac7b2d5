"""Answers: how does a command reach what has no workflow, and what came of it?"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from cli import render
from cli.access import Access
from cli.catalogue import bad_fields
from cli.options import Asked
from cli.people import acting, known_party
from cli.problems import BadUsage, Problem
from cli.running import printed
from cli.sending import not_while_advancing
from cli.texts import Texts
from domain.refusals import Refusal
from infrastructure.clock import new_id
from infrastructure.command_service import Aggregate, CommandService, Done, Moment, Order
from infrastructure.event_store.writer import Writer
from infrastructure.wording.say import say

B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, under which id and against which version."""

    person: str | None = None
    on_behalf_of: str | None = None
    expected_version: int | None = None
    command_id: UUID | None = None


async def recorded(
    access: Access, aggregate: Aggregate[Any, B, Any], name: str, body: B, by: By, texts: Texts
) -> dict[str, Any]:
    """Have a command recorded, its texts beside the log; ready for `--json`. Raises Refusal."""
    not_while_advancing(access)
    actor = await acting(access, by.person)
    behalf = await known_party(access, by.on_behalf_of) if by.on_behalf_of else None
    now = access.now()
    moment = Moment(now, now if access.installation.is_virtual else None)
    command_id = by.command_id or new_id()
    stored = await texts.stored_in(access.pool, body)
    try:
        async with Writer.open(access.settings.database_url or "") as writer:
            service = CommandService(access.plans, writer)
            order = Order(command_id, actor, stored, by.expected_version, behalf)
            done: Done[Any] = await service.carry_out(aggregate, name, order, moment)
    except (Refusal, Problem):
        await texts.take_back(access.pool, now)
        raise
    # Whoever repeats a command, or changes nothing, brought texts that no event names.
    used = "".join(event.model_dump_json() for event in done.events)
    await texts.take_back(access.pool, now, used)
    return {
        "id": name,
        "stream": done.stream,
        "command_id": str(command_id),
        "actor": actor,
        "version": done.version,
        "repeated": done.is_repeated,
        "events": [event.model_dump(mode="json") for event in done.events],
    }


def misfit(error: ValidationError, model: type[BaseModel]) -> BadUsage:
    """Where each fault of the stated content is."""
    problem = bad_fields(error, model)
    for lang, remedy in (("da", "--help viser felterne."), ("en", "--help shows the fields.")):
        faults, _, _ = problem.sentences[lang].rpartition("\n")
        problem.sentences[lang] = f"{faults}\n{remedy}"
    return problem


def show(asked: Asked, answer: dict[str, Any]) -> None:
    """What was recorded, for a program or for a person."""
    if asked.is_json:
        printed(answer)
        return
    which = "repeated" if answer["repeated"] else "recorded" if answer["events"] else "unchanged"
    render.line(say(asked.language, f"register.{which}", **answer))
