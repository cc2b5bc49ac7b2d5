"""`helhedsplan do PLAN COMMAND`: any command that a plan knows, from a file."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import cells, options, render
from cli.access import Access
from cli.catalogue import command_types, fields, parsed
from cli.examples import EXAMPLES
from cli.options import Asked, both
from cli.outcome import show_recorded
from cli.problems import BadUsage
from cli.reading import read_text
from cli.running import guarded, printed, run
from cli.sending import Sender, known_plan, sent_with_texts
from cli.texts import Texts
from infrastructure.wording.say import say


def do(
    plan: Annotated[str | None, typer.Argument(metavar="PLAN")] = None,
    command: Annotated[str | None, typer.Argument(metavar="COMMAND")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help=both("Indholdet som JSON; - er stdin", "JSON; - is stdin")),
    ] = None,
    has_list: Annotated[
        bool, typer.Option("--list", help=both("Vis alle kommandoer", "Show all commands"))
    ] = False,
    person: options.AsPerson = None,
    on_behalf_of: options.OnBehalfOf = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    if has_list:
        _list(asked)
        return
    texts = Texts()
    with guarded(asked):
        plan_id, name = _named(plan, command)
        body = parsed(name, read_text(file), texts)
        sender = Sender(person, on_behalf_of, expected_version, cells.command_id(command_id))

    async def work(access: Access) -> dict[str, Any]:
        if body.type != "draft":
            await known_plan(access, plan_id)
        return await sent_with_texts(access, plan_id, body, texts, sender)

    show_recorded(asked, run(asked, work))


do.__doc__ = both(
    "Giv en plan en kommando; `do --list` viser dem alle med eksempler, der virker.",
    "Send a plan any command; `do --list` shows all with working examples.",
)


def _named(plan: str | None, command: str | None) -> tuple[str, str]:
    if plan is None or command is None:
        raise BadUsage(
            "Skriv en plan og en kommando: `helhedsplan do PLAN COMMAND --file FIL`.",
            "Name a plan and a command: `helhedsplan do PLAN COMMAND --file FILE`.",
        )
    return plan, command


def _list(asked: Asked) -> None:
    """Every command with its fields and working examples."""
    found: list[dict[str, Any]] = [
        {
            "command": name,
            "meaning": say(asked.language, f"command.{name}"),
            "fields": fields(model),
            "examples": [
                {"plan": each.plan, "content": each.content}
                for each in EXAMPLES
                if each.command == name
            ],
        }
        for name, model in command_types().items()
    ]
    if asked.is_json:
        printed({"commands": found})
        return
    for each in found:
        render.heading(str(each["command"]))
        render.line(str(each["meaning"]))
        for example in each["examples"]:
            content = json.dumps(example["content"], ensure_ascii=False)
            render.line(f"  echo '{content}' | ")
            render.line(f"    helhedsplan do {example['plan']} {each['command']} --file -")
