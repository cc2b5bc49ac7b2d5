"""Runs one command to its end: its answer on stdout, its trouble on stderr with an exit code."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import asyncpg
import typer
from temporalio.service import RPCError

from cli.access import Access, open_access
from cli.options import Asked
from cli.people import names
from cli.problems import NOT_FOUND, Away, BadUsage, Problem, Refused
from domain.refusals import Refusal
from infrastructure.event_store.errors import LOST, BadData, SchemaDrift, StoreUnavailable
from infrastructure.logging import configure_logging
from infrastructure.wording.say import LANGUAGES
from infrastructure.wording.sentences import refusal_sentence
from workflows.door import PASSING, TryLater

T = TypeVar("T")
AWAY = (StoreUnavailable, *LOST)
"""What says that Postgres is away."""


def run(asked: Asked, work: Callable[[Access], Awaitable[T]]) -> T:
    """What the work answers; a Problem or Refusal ends the program with its sentence and code."""
    configure_logging("WARNING")
    try:
        return asyncio.run(_with_access(asked, work))
    except Problem as problem:
        end(asked, problem)


@contextmanager
def guarded(asked: Asked) -> Iterator[None]:
    """For reading options before anything is opened."""
    try:
        yield
    except Problem as problem:
        end(asked, problem)


def end(asked: Asked, problem: Problem) -> NoReturn:
    """Say what is wrong and what to do, and leave with the code."""
    sentence = problem.sentences[asked.language]
    print(sentence, file=sys.stderr)
    if asked.is_json:
        said = {"code": problem.code, "facts": problem.facts, "message": sentence}
        print(json.dumps({"error": said}, ensure_ascii=False, indent=2, default=str))
    raise typer.Exit(problem.exit_code)


async def _with_access(asked: Asked, work: Callable[[Access], Awaitable[T]]) -> T:
    try:
        async with open_access(asked) as access:
            try:
                return await work(access)
            except Refusal as refusal:
                raise await refused(access, refusal) from refusal
    except Problem:
        raise
    except Exception as error:
        problem = _problem(error)
        if problem is None:
            raise
        raise problem from error


async def refused(access: Access, refusal: Refusal) -> Problem:
    """The rule's own sentence, with names instead of ids."""
    da, en = [
        refusal_sentence(lang, refusal.code, refusal.facts, await names(access, lang))
        for lang in LANGUAGES
    ]
    problem = Refused(refusal.code, da, en, **refusal.facts)
    if refusal.code == "no_such_plan":
        problem.exit_code = NOT_FOUND
    return problem


def _problem(error: Exception) -> Problem | None:
    """Operational trouble, translated once; None for a bug."""
    match error:
        case TryLater():
            return away("Motoren", "The engine")
        case RPCError() if error.status in PASSING:
            return away("Temporal", "Temporal")
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedFunctionError() | SchemaDrift():
            return Away(
                f"Databasens skema passer ikke ({error}). Kør `helhedsplan migrate`.",
                f"The schema of the database does not fit ({error}). Run `helhedsplan migrate`.",
            )
        case BadData():
            return BadUsage(
                f"Teksten kan ikke gemmes: {error}. Fjern tegnet, og prøv igen.",
                f"The text cannot be stored: {error}. Remove the character and try again.",
            )
    return away("Postgres", "Postgres") if isinstance(error, AWAY) else None


def away(da: str, en: str) -> Away:
    return Away(
        f"{da} svarer ikke lige nu. Kør `helhedsplan doctor`, og prøv igen; en beslutning må"
        " sendes igen med samme --command-id.",
        f"{en} does not answer just now. Run `helhedsplan doctor`, and try again; a decision may"
        " be sent again with the same --command-id.",
    )


def printed(data: Any) -> None:
    """Data for programs, on stdout."""
    print(json.dumps(data, ensure_ascii=False, indent=2, default=str))
