"""`helhedsplan report PLAN`: the year's report to LBF was sent, accepted, returned or extended."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli import cells, options
from cli.access import Access
from cli.catalogue import COMMAND, bad_fields
from cli.options import Asked, both
from cli.outcome import show_recorded
from cli.problems import BadUsage
from cli.running import guarded, run
from cli.sending import Sender, known_plan, sent_with_texts
from cli.texts import Texts
from domain.plan.commands import PlanCommand, SubmitReport
from domain.plan.events import Artefact


def report(
    plan: options.PlanId,
    year: Annotated[int, typer.Option("--year", help=both("Regnskabsåret", "The year"))],
    part: Annotated[str, typer.Option("--part", metavar="DEL", help=", ".join(Artefact))],
    sent_on: Annotated[
        str | None,
        typer.Option(
            "--sent-on",
            metavar="DATO",
            help=both("Sendt til LBF; udeladt: i dag", "Sent to LBF; left out: today"),
        ),
    ] = None,
    is_accepted: Annotated[
        bool, typer.Option("--accepted", help=both("LBF har godkendt", "LBF has accepted"))
    ] = False,
    is_returned: Annotated[
        bool, typer.Option("--returned", help=both("LBF har sendt retur", "LBF has returned it"))
    ] = False,
    remarks: Annotated[
        str | None,
        typer.Option("--remarks", help=both("LBF's bemærkninger", "LBF's remarks")),
    ] = None,
    answer_by: Annotated[
        str | None,
        typer.Option("--answer-by", metavar="DATO", help=both("Svar senest", "Answer by")),
    ] = None,
    extended_to: Annotated[
        str | None,
        typer.Option(
            "--extended-to",
            metavar="DATO",
            help=both("LBF's brev giver frist til", "LBF's letter gives until"),
        ),
    ] = None,
    document_number: Annotated[
        str | None, typer.Option("--document-number", help=both("Dokumentnr.", "Document no."))
    ] = None,
    on: options.OnDay = None,
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
        what = _which(
            sent_on=sent_on, accepted=is_accepted, returned=is_returned, until=extended_to
        )
        fields = {
            "on": cells.day(sent_on or on, "--sent-on" if sent_on else "--on"),
            "until": cells.day(extended_to, "--extended-to"),
            "answer_by": cells.day(answer_by, "--answer-by"),
            "remarks": texts.maybe(remarks),
            "document_number": document_number,
        }
        command = _command(what, year, part, fields)
        sender = Sender(person, on_behalf_of, expected_version, cells.command_id(command_id))

    async def work(access: Access) -> dict[str, Any]:
        await known_plan(access, plan)
        return await sent_with_texts(access, plan, command, texts, sender)

    show_recorded(asked, run(asked, work))


report.__doc__ = both(
    "Registrér, at årets redegørelse er sendt, godkendt, returneret eller har fået ny frist.",
    "Record that the year's report was sent, accepted, returned or given a later date.",
)


def _which(*, sent_on: str | None, accepted: bool, returned: bool, until: str | None) -> str:
    """The one command that the options ask for."""
    wanted = {
        "submit_report": sent_on is not None,
        "accept_report": accepted,
        "return_report": returned,
        "extend_report": until is not None,
    }
    found = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(found) > 1:
        raise BadUsage(
            "Vælg én af --sent-on, --accepted, --returned og --extended-to.",
            "Choose one of --sent-on, --accepted, --returned and --extended-to.",
        )
    return found[0] if found else SubmitReport.model_fields["type"].default


def _command(what: str, year: int, part: str, fields: dict[str, Any]) -> PlanCommand:
    given = {key: value for key, value in fields.items() if value is not None}
    try:
        return COMMAND.validate_python({"type": what, "year": year, "artefact": part} | given)
    except ValidationError as error:
        raise bad_fields(error, SubmitReport) from error
