"""Answers: which evaluations of past years does a file add? Each row is one side of one forum.

The same rows again add nothing; an answer that differs from what was imported is a fault.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from domain.calendar import local_day
from domain.evaluation import (
    AnswerEvaluation,
    AskedForum,
    AskedSide,
    ConcludeEvaluation,
    EvaluationCommand,
    OpenEvaluation,
)
from domain.plan.context import Context
from domain.reference import Reference
from domain.refusals import Refusal
from infrastructure.codec import decode
from infrastructure.command_service import Order, group_of
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Group
from infrastructure.importing.faults import Faults
from infrastructure.importing.naming import NAMESPACE
from infrastructure.importing.reading import Files, Row
from infrastructure.importing.writing import Moment
from infrastructure.registers import EVALUATIONS

OF_THE_YEAR = ("opened_on", "due_on", "concluded_on")
"""What all rows of a year say alike."""


async def evaluations(
    files: Files, reference: Reference, reader: Reader, moment: Moment, faults: Faults
) -> list[Group]:
    """The groups of every year in the file; what is wrong goes to `faults`."""
    found: list[Group] = []
    rows = sorted(files.rows("evaluations"), key=lambda row: int(row.values["year"]))
    for year, of_year in groupby(rows, key=lambda row: int(row.values["year"])):
        before = len(faults.found)
        commands = list(_commands(year, list(of_year), faults))
        if len(faults.found) == before:
            context = Context(local_day(moment.now), reference)
            found += await _groups(year, commands, context, reader, moment, faults)
    return found


Named = tuple[UUID, Row, EvaluationCommand]


def _commands(year: int, rows: list[Row], faults: Faults) -> Iterator[Named]:
    """The opening, the answers in the order of their days, and the end."""
    first = rows[0]
    for row in rows[1:]:
        for column in OF_THE_YEAR:
            if row.values.get(column) != first.values.get(column):
                faults.add(row.place, column, "year_disagrees", year=year, line=first.place.line)
    fora: dict[str, AskedForum] = {}
    for row in rows:
        forum = row.values["forum"]
        fora.setdefault(forum, AskedForum(forum=forum, plans=row.values.get("plans", ())))
    opening = {"year": year, "on": first.values["opened_on"], "due_on": first.values["due_on"]}
    try:
        command = OpenEvaluation.model_validate(opening | {"fora": tuple(fora.values())})
    except ValidationError:
        faults.add(first.place, "year", "not_whole", value=year)
        return
    yield _id(year, "opened"), first, command
    answers: list[tuple[date, Row]] = []
    for row in rows:
        if ("answered_on" in row.values) != ("assessment" in row.values):
            faults.add(row.place, "assessment", "answer_half")
        elif "answered_on" in row.values:
            answers.append((row.values["answered_on"], row))
    for on, row in sorted(answers, key=itemgetter(0)):
        values = row.values
        asked = AskedSide(forum=values["forum"], side=values["side"])
        answer = {
            "part": asked,
            "on": on,
            "assessment": values["assessment"],
            "document_number": values.get("document_number"),
        }
        name = f"{asked.forum}/{asked.side}"
        yield _id(year, name), row, AnswerEvaluation.model_validate(answer)
    if "concluded_on" in first.values:
        yield _id(year, "concluded"), first, ConcludeEvaluation(on=first.values["concluded_on"])


def _id(year: int, what: str) -> UUID:
    return uuid5(NAMESPACE, f"row/evaluations/{year}/{what}")


async def _groups(
    year: int,
    commands: list[Named],
    context: Context,
    reader: Reader,
    moment: Moment,
    faults: Faults,
) -> list[Group]:
    stream = EVALUATIONS.stream(str(year))
    recorded = await reader.stream(stream)
    known = {each.command_id: decode(EVALUATIONS.events, each) for each in recorded}
    state, version = EVALUATIONS.fold(recorded), len(recorded)
    found: list[Group] = []
    for name, row, command in commands:
        if name in known:
            _compare(row, command, known[name], year, faults)
            continue
        try:
            events = EVALUATIONS.decide(state, command, context)
        except Refusal as refusal:
            faults.add(row.place, "", refusal.code, **refusal.facts)
            return []
        state = EVALUATIONS.after(state, events)
        assert state is not None
        group = group_of(
            Order(name, moment.actor, command),
            stream,
            version,
            events,
            EVALUATIONS.row(state),
            recorded_at=moment.recorded_at,
            recorded_on=events[-1].on,
            witnessed=False,
        )
        version += len(events)
        found.append(group)
    return found


def _compare(row: Row, command: EvaluationCommand, before: Any, year: int, faults: Faults) -> None:
    """What was imported before must be said again."""
    was, now = before.model_dump(mode="json"), command.model_dump(mode="json")
    for field, value in now.items():
        if value != was[field]:
            facts = {"year": year, "was": str(was[field]), "now": str(value)}
            faults.add(row.place, "", "evaluation_changed", **facts)
