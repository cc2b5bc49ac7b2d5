"""`helhedsplan correct PLAN DECISION`: an entry was mistyped; what it said stays in the log."""

from typing import Annotated, Any

import typer

from cli import cells, decision_options, options
from cli.access import Access
from cli.deciding import Stated, correction, read
from cli.options import Asked, both
from cli.outcome import show_recorded
from cli.running import guarded, run
from cli.sending import Sender, known_plan, sent_with_texts
from domain.refusals import Refusal


def correct(
    plan: options.PlanId,
    entry: Annotated[
        str,
        typer.Argument(
            metavar="BESLUTNING",
            help=both("Beslutningens nr. i `show`, fx d3", "Its number in `show`, such as d3"),
        ),
    ],
    because: Annotated[
        str,
        typer.Option("--because", help=both("Hvorfor den var forkert", "Why it was wrong")),
    ],
    meeting: decision_options.Meeting = None,
    outcome: decision_options.OutcomeWord = None,
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
    is_closed: decision_options.Closed = False,
    basis: decision_options.BasisWord = None,
    item: decision_options.Item = None,
    seat: decision_options.Seat = None,
    case_number: decision_options.CaseNo = None,
    document_number: decision_options.DocumentNo = None,
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
        meeting=meeting,
        outcome=outcome,
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
        closed=is_closed,
        basis=basis,
        item=item,
        seat=seat,
        case_number=case_number,
        document_number=document_number,
    )
    with guarded(asked):
        found = read(stated)
        sender = Sender(person, on_behalf_of, expected_version, cells.command_id(command_id))

    async def work(access: Access) -> dict[str, Any]:
        state = await known_plan(access, plan)
        decision = state.decision(entry)
        if decision is None:
            known = [each.id for each in state.decisions]
            raise Refusal("unknown_decision", decision=entry, known=known)
        command = correction(decision, found, because)
        return await sent_with_texts(access, plan, command, found.texts, sender)

    show_recorded(asked, run(asked, work))


correct.__doc__ = both(
    "Ret en fejlskrevet registrering. En ny beslutning er noget andet: `decide --new`.",
    "Correct a mistyped entry. A new decision is another thing: `decide --new`.",
)
