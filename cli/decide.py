"""`helhedsplan decide`: what a body decided about one plan, or at a whole meeting."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import cells, decision_options, options, render
from cli.access import Access
from cli.deciding import Stated, decision, merged, read
from cli.form import Agenda, read_form
from cli.options import Asked, both
from cli.outcome import show_answer, show_recorded
from cli.problems import FAULT, NOT_FOUND, REFUSED, BadUsage, NotFound, Problem, Refused
from cli.reading import read_text
from cli.running import guarded, printed, refused, run
from cli.sending import Sender, known_plan, sent_with_texts
from cli.words import word
from domain.plan.commands import RecordDecision
from domain.plan.state import Plan
from domain.refusals import Refusal


def decide(
    plan: Annotated[str | None, typer.Argument(metavar="PLAN")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help=both(
                "Et helt mødes beslutninger, JSON eller CSV; - er stdin",
                "The decisions of a whole meeting, JSON or CSV; - is stdin",
            ),
        ),
    ] = None,
    body: decision_options.Body = None,
    meeting: decision_options.Meeting = None,
    outcome: decision_options.OutcomeWord = None,
    point: decision_options.Points = None,
    reason: decision_options.Reason = None,
    no_reason: decision_options.NoReason = False,
    votes: decision_options.Votes = None,
    condition: decision_options.Condition = None,
    answer_by: decision_options.AnswerBy = None,
    postponed_to: decision_options.PostponedTo = None,
    returned_to: decision_options.ReturnedTo = None,
    minority: decision_options.Minority = None,
    call_in: decision_options.CallInBy = None,
    recused: decision_options.Recused = None,
    amendment_carried: decision_options.AmendmentCarried = None,
    amendment_lost: decision_options.AmendmentLost = None,
    statement: decision_options.Statement = None,
    reservation: decision_options.Reservation = None,
    is_closed: decision_options.Closed = False,
    is_signed: decision_options.Signed = False,
    basis: decision_options.BasisWord = None,
    item: decision_options.Item = None,
    seat: decision_options.Seat = None,
    case_number: decision_options.CaseNo = None,
    document_number: decision_options.DocumentNo = None,
    is_new: decision_options.New = False,
    person: options.AsPerson = None,
    on_behalf_of: options.OnBehalfOf = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    stated = Stated(
        body=body,
        meeting=meeting,
        outcome=outcome,
        points=point or (),
        reason=reason,
        no_reason=no_reason,
        votes=votes or (),
        condition=condition,
        answer_by=answer_by,
        postponed_to=postponed_to,
        returned_to=returned_to,
        minority=minority,
        call_in=call_in,
        recused=recused or (),
        amendments_carried=amendment_carried or (),
        amendments_lost=amendment_lost or (),
        statements=statement or (),
        reservations=reservation or (),
        closed=is_closed,
        signed=is_signed,
        basis=basis,
        item=item,
        seat=seat,
        case_number=case_number,
        document_number=document_number,
        new=is_new,
    )
    with guarded(asked):
        sender = Sender(person, on_behalf_of, expected_version, cells.command_id(command_id))
    if file is not None:
        _whole_meeting(asked, file, stated, sender, has_plan=plan is not None)
    else:
        _one(asked, plan, stated, sender)


decide.__doc__ = both(
    "Registrér et organs beslutning om en plan, eller om alle planer på et møde med --file.",
    "Record a body's decision about a plan, or about all plans of a meeting with --file.",
)


def _one(asked: Asked, plan: str | None, stated: Stated, sender: Sender) -> None:
    with guarded(asked):
        if plan is None:
            raise BadUsage(
                "Skriv en plan, eller giv et helt møde med --file.",
                "Name a plan, or give a whole meeting with --file.",
            )
        found = read(stated)

    async def work(access: Access) -> dict[str, Any]:
        command = decision(await known_plan(access, plan), found, is_new=stated.new)
        return await sent_with_texts(access, plan, command, found.texts, sender)

    show_recorded(asked, run(asked, work))


def _whole_meeting(
    asked: Asked, file: Path, stated: Stated, sender: Sender, *, has_plan: bool
) -> None:
    """Each plan stands for itself: what is refused for one is recorded for the others."""
    with guarded(asked):
        if has_plan or stated != Stated() or sender.command_id or sender.expected_version:
            raise BadUsage(
                "Med --file står planer og beslutninger i filen; kun --as og --on-behalf-of gives.",
                "With --file, plans and decisions stand in the file; add only --as, --on-behalf-of.",
            )
        agenda = read_form(read_text(file))
        for each in agenda:
            for line in each.lines:
                read(line.stated)

    async def work(access: Access) -> list[dict[str, Any]]:
        return [await _try(access, each, sender) for each in agenda]

    results = run(asked, work)
    if asked.is_json:
        printed({"results": results})
    else:
        for result in results:
            _show(asked, result)
    worst = max((result["exit_code"] for result in results), default=0)
    if worst:
        raise typer.Exit(worst if worst in (NOT_FOUND, REFUSED) else FAULT)


async def _try(access: Access, agenda: Agenda, sender: Sender) -> dict[str, Any]:
    """One plan's part of the meeting, with its own result."""
    try:
        plan = await known_plan(access, agenda.plan)
        answer = await _record(access, agenda, plan, replace(sender, command_id=agenda.command_id))
    except Refusal as refusal:
        return _failed(access, agenda, await refused(access, refusal))
    except (NotFound, BadUsage, Refused) as problem:
        return _failed(access, agenda, problem)
    return answer | {"exit_code": 0}


async def _record(access: Access, agenda: Agenda, plan: Plan, sender: Sender) -> dict[str, Any]:
    command: RecordDecision | None = None
    texts = None
    for line in agenda.lines:
        found = read(line.stated)
        row = decision(plan, found, is_new=line.stated.new)
        if command is None or texts is None:
            command, texts = row, found.texts
            continue
        if row.sitting != command.sitting:
            raise BadUsage(
                f"{agenda.plan}: rækkerne er ikke fra samme møde og punkt.",
                f"{agenda.plan}: the rows are not of the same meeting and item.",
            )
        command = merged(command, row)
        texts.bodies |= found.texts.bodies
    assert command is not None
    assert texts is not None
    return await sent_with_texts(access, agenda.plan, command, texts, sender)


def _failed(access: Access, agenda: Agenda, problem: Problem) -> dict[str, Any]:
    return {
        "plan": agenda.plan,
        "command_id": str(agenda.command_id),
        "exit_code": problem.exit_code,
        "error": {
            "code": problem.code,
            "facts": problem.facts,
            "message": problem.sentences[access.lang],
        },
    }


def _show(asked: Asked, result: dict[str, Any]) -> None:
    if result["exit_code"] == 0:
        show_answer(asked.language, result)
        return
    sentence = result["error"]["message"]
    render.line(f"{result['plan']}: {word(asked.language, 'refused')}: {sentence}")
