"""`helhedsplan evaluation YEAR`: the city's yearly evaluation of the collaboration."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import BaseModel, ValidationError

from cli import cells, options, render
from cli.access import Access
from cli.options import Asked, Lang, both
from cli.people import names
from cli.problems import BadUsage, NotFound
from cli.recording import By, misfit, recorded, show
from cli.running import guarded, printed, run
from cli.texts import Texts
from cli.words import word
from domain.evaluation import (
    AnswerEvaluation,
    Assessment,
    ConcludeEvaluation,
    CorrectAnswer,
    OpenEvaluation,
    RemindEvaluation,
    Side,
)
from infrastructure.evaluations import asked_fora, evaluation_of, told
from infrastructure.event_store import texts as store
from infrastructure.registers import EVALUATIONS
from infrastructure.wording.say import say


class Action(StrEnum):
    """What is done with the year's evaluation."""

    STATUS = "status"
    OPEN = "open"
    REMIND = "remind"
    ANSWER = "answer"
    CORRECT = "correct"
    CONCLUDE = "conclude"


@dataclass(frozen=True, slots=True)
class Stated:
    """The options of one command, as far as they were given."""

    year: int
    on: date | None = None
    due: date | None = None
    reminders: tuple[int, ...] = ()
    forum: str | None = None
    side: str | None = None
    assessment: str | None = None
    statement: str | None = None
    reason: str | None = None
    document_number: str | None = None


def evaluation(
    year: Annotated[
        int, typer.Argument(metavar="ÅR", min=2000, max=2200, help=both("Året", "The year"))
    ],
    action: Annotated[str, typer.Argument(metavar="[HVAD]", help=", ".join(Action))] = "status",
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="DATO", help=both("Svar senest", "Answers are due")),
    ] = None,
    reminder: Annotated[
        list[int] | None,
        typer.Option(
            "--reminder",
            help=both(
                "Dage før (negativ) eller efter; gentages", "Days before (negative) or after"
            ),
        ),
    ] = None,
    forum: Annotated[str | None, typer.Option("--forum", help=both("Forum", "Forum"))] = None,
    side: Annotated[str | None, typer.Option("--side", help=", ".join(Side))] = None,
    assessment: Annotated[
        str | None, typer.Option("--assessment", help=", ".join(Assessment))
    ] = None,
    statement: Annotated[
        str | None, typer.Option("--statement", help=both("Udtalelsen", "The statement"))
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help=both("Hvorfor svaret rettes", "Why an answer is corrected")),
    ] = None,
    document_number: Annotated[
        str | None, typer.Option("--document-number", help=both("Dokumentnr.", "Document no."))
    ] = None,
    on: options.OnDay = None,
    known_at: options.KnownAt = None,
    person: options.AsPerson = None,
    on_behalf_of: options.OnBehalfOf = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    texts = Texts()
    with guarded(asked):
        if action not in tuple(Action):
            known = ", ".join(Action)
            raise BadUsage(f"Vælg en af: {known}.", f"Choose one of: {known}.", known=known)
        stated = Stated(
            year,
            cells.day(on, "--on"),
            cells.day(due, "--due"),
            tuple(reminder or ()),
            forum,
            side,
            assessment,
            statement,
            reason,
            document_number,
        )
        known_on = cells.day(known_at, "--known-at")
        by = By(person, on_behalf_of, expected_version, cells.command_id(command_id))
        is_status = action == Action.STATUS
        make = None if is_status else _command(Action(action), stated, texts)
    if make is None:
        _show_status(asked, year, known_on)
        return

    async def work(access: Access) -> dict[str, Any]:
        return await recorded(access, EVALUATIONS, str(year), await make(access), by, texts)

    show(asked, run(asked, work))


evaluation.__doc__ = both(
    "Årets evaluering af samarbejdet: status, open, remind, answer, correct, conclude.",
    "The year's evaluation of the collaboration: status, open, remind, answer, correct, conclude.",
)


def _command(action: Action, stated: Stated, texts: Texts) -> Callable[[Access], Awaitable[Any]]:
    """Reads the options at once; an opening asks the log which plans ran."""
    statement = texts.maybe(stated.statement)
    if action is Action.OPEN:
        return _opening(stated)
    fields: dict[str, Any] = {"on": stated.on}
    kind: type[BaseModel] = RemindEvaluation
    if action is Action.CONCLUDE:
        kind, fields = ConcludeEvaluation, fields | {"statement": statement}
    elif action in (Action.ANSWER, Action.CORRECT):
        kind = AnswerEvaluation if action is Action.ANSWER else CorrectAnswer
        fields |= {
            "part": {"forum": stated.forum, "side": stated.side},
            "assessment": stated.assessment,
            "statement": statement,
            "document_number": stated.document_number,
        }
        if action is Action.CORRECT:
            fields["reason"] = texts.maybe(stated.reason)
    command = _validated(kind, fields)

    async def made(_access: Access) -> BaseModel:
        return command

    return made


def _opening(stated: Stated) -> Callable[[Access], Awaitable[BaseModel]]:
    fields: dict[str, Any] = {"year": stated.year, "on": stated.on, "due_on": stated.due}
    if stated.reminders:
        fields["reminders"] = stated.reminders
    _validated(OpenEvaluation, fields | {"fora": ()})

    async def made(access: Access) -> BaseModel:
        reference, today = await access.plans.reference(), access.today()
        fora = await asked_fora(access.pool, reference, stated.year, stated.on or today)
        return _validated(OpenEvaluation, fields | {"fora": fora})

    return made


def _validated(kind: type[BaseModel], fields: dict[str, Any]) -> BaseModel:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise misfit(error, kind) from error


def _show_status(asked: Asked, year: int, known_at: date | None) -> None:
    async def work(access: Access) -> dict[str, Any]:
        today = access.today()
        found, before = await evaluation_of(access.pool, year, today, known_at)
        if found is None:
            raise NotFound(
                f"Evalueringen af {year} er ikke åbnet. Åbn den med `evaluation {year} open --due`.",
                f"No evaluation of {year} was opened. Open it with `evaluation {year} open --due`.",
            )
        answer = told(found, before, min(known_at or today, today))
        bodies = {UUID(p["statement"]) for p in answer["parts"] if p["statement"]}
        texts = await store.get_many(access.pool, sorted(bodies))
        called, gone = await names(access), word(access.lang, "erased")
        for part in answer["parts"]:
            part["forum_name"] = called.get(part["forum"], part["forum"])
            written = part["statement"]
            part["statement"] = texts.get(UUID(written), gone) if written else None
        return answer

    found = run(asked, work)
    if asked.is_json:
        printed(found)
    else:
        _print(asked.language, found)


def _print(lang: Lang, found: dict[str, Any]) -> None:
    facts = {"year": found["year"], "due": date.fromisoformat(found["due_on"])}
    count = {"answered": found["answered"], "parts": len(found["parts"])}
    render.heading(say(lang, "evaluation.heading", **facts, **count))
    words = ("forum", "side", "standing", "answered_on", "assessment", "last_year", "plans")
    headings = [say(lang, f"evaluation.{each}") for each in (*words, "reminded")]
    rows = [
        (
            part["forum_name"],
            say(lang, f"evaluation_side.{part['side']}"),
            say(lang, f"evaluation_standing.{part['standing']}", late=part["days_late"]),
            part["answered_on"],
            _assessment(lang, part["assessment"]),
            f"{_assessment(lang, part['last_year'])}: "
            + say(lang, f"evaluation_change.{part['change']}"),
            len(part["plans"]),
            _reminded(lang, part),
        )
        for part in found["parts"]
    ]
    render.table(headings, rows)


def _assessment(lang: Lang, assessment: str | None) -> str:
    return say(lang, f"assessment.{assessment}") if assessment else "–"


def _reminded(lang: Lang, part: dict[str, Any]) -> str:
    """What is owed now, else when the next is promised, else when the last was given."""
    if part["reminder_owed_since"]:
        owed = date.fromisoformat(part["reminder_owed_since"])
        return say(lang, "evaluation.owed", day=owed)
    if part["next_reminder"]:
        return say(lang, "evaluation.next", day=date.fromisoformat(part["next_reminder"]))
    return str(part["reminded_on"][-1]) if part["reminded_on"] else "–"
