"""The program `helhedsplan`: its commands, each loaded when it is asked for."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli.options import both

COMMANDS = {
    "up": "cli.up",
    "demo": "cli.demo",
    "import": "cli.importing",
    "plans": "cli.plans",
    "show": "cli.show",
    "why": "cli.why",
    "inbox": "cli.inbox",
    "other-plans": "cli.other_plans",
    "timeline": "cli.timeline",
    "factsheet": "cli.factsheet",
    "evaluation": "cli.evaluation",
    "export": "cli.export",
    "decide": "cli.decide",
    "correct": "cli.correct",
    "report": "cli.report",
    "do": "cli.do",
    "notices": "cli.notices",
    "mails": "cli.mails",
    "refusals": "cli.refusals",
    "rehearse": "cli.rehearse",
    "verify": "cli.verify",
    "rebuild": "cli.rebuild",
    "doctor": "cli.doctor",
    "migrate": "cli.migrate",
    "token": "cli.token",
}
"""Where each command is: a function of its name, or a typer app `app` for a group of commands."""


class LazyCommands(Mapping[str, Any]):
    """Loads a command's module when the command is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _load(name: str, module_name: str) -> Any:
    module = importlib.import_module(module_name)
    made = getattr(module, "app", None)
    if made is None:
        made = typer.Typer(add_completion=False)
        made.command(name)(getattr(module, name.replace("import", "import_")))
    command = get_command(made)
    command.name = name
    return command


class LazyGroup(TyperGroup):
    """A group whose commands are loaded one by one."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.commands = cast("Any", LazyCommands())


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=both(
        "Følger en helhedsplan fra udkast til udløb. Slutkoder: 0 i orden, 1 en kontrol fandt fejl,"
        " 2 forkert brug, 4 findes ikke, 5 afvist af en regel, 75 prøv igen senere.",
        "Follows a helhedsplan from draft to expiry. Exit codes: 0 done, 1 a check found a fault,"
        " 2 usage, 4 not found, 5 refused by a rule, 75 try later.",
    ),
)


@app.callback()
def _all() -> None:
    """Makes the app a group also when it has one command."""


def main() -> None:
    app()
