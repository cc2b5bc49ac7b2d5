"""`helhedsplan factsheet`: the fact sheet of a day, written from the log."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from cli import cells, options, render
from cli.access import Access
from cli.options import Asked, both
from cli.people import known_party
from cli.problems import BadUsage
from cli.running import guarded, printed, run
from cli.saving import pour, save
from domain.values import CaseNumber
from infrastructure.directory import Directory
from infrastructure.factsheet.html import html
from infrastructure.factsheet.markdown import markdown
from infrastructure.factsheet.pdf import pdf
from infrastructure.factsheet.sheet import Head, Letterhead, Sheet, sheet
from infrastructure.factsheet.texts import BadTexts, SheetTexts, read_texts, texts_for
from infrastructure.other_plans import other_plans
from infrastructure.portfolio import portfolio


def _json(made: Sheet) -> bytes:
    return (json.dumps(made.as_json(), ensure_ascii=False, indent=2) + "\n").encode()


FORMATS: dict[str, Callable[[Sheet], bytes]] = {
    "html": html,
    "pdf": pdf,
    "md": markdown,
    "json": _json,
}
NUMBER: TypeAdapter[str] = TypeAdapter(CaseNumber)
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the sheet is asked to be."""

    day: date
    known_at: date | None
    dated: date | None
    letterhead: Letterhead
    case_officer: str | None
    texts: SheetTexts


def factsheet(
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DATO", help=both("Dagen, tallene gælder", "The day of the figures")
        ),
    ],
    known_at: options.KnownAt = None,
    format_: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "md",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FIL", help=both("Skriv hertil", "Write here"))
    ] = None,
    annex: Annotated[
        str, typer.Option("--annex", help=both("Bilag nr., f.eks. Bilag 1", "Annex no."))
    ] = "",
    dated: Annotated[
        str | None,
        typer.Option("--date", metavar="DATO", help=both("Arkets dato", "The sheet's date")),
    ] = None,
    case_number: Annotated[
        str, typer.Option("--case-number", help=both("Sagsnr.", "Case number"))
    ] = "",
    document_number: Annotated[
        str, typer.Option("--document-number", help=both("Dokumentnr.", "Document number"))
    ] = "",
    case_officer: Annotated[
        str | None,
        typer.Option(
            "--case-officer",
            metavar="PERSON",
            help=both("Sagsbehandlerens id i adressebogen", "The officer's id in the directory"),
        ),
    ] = None,
    office: Annotated[str, typer.Option("--office", help=both("Kontor", "Office"))] = "",
    contact: Annotated[
        list[str] | None,
        typer.Option("--contact", help=both("Adresse, telefon …; kan gentages", "Repeatable")),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="FIL", help=both("Egne tekster (TOML)", "Own texts")),
    ] = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        if format_ not in FORMATS:
            known = ", ".join(FORMATS)
            raise BadUsage(f"--format: vælg {known}.", f"--format: choose {known}.", known=known)
        day = cells.needed_day(as_of, "--as-of")
        letterhead = Letterhead(
            annex=_line(annex, "--annex"),
            case_number=_number(case_number, "--case-number"),
            document_number=_number(document_number, "--document-number"),
            office=_line(office, "--office"),
            contact=_lines(contact or []),
        )
        known_on, dated_on = cells.day(known_at, "--known-at"), cells.day(dated, "--date")
        wanted = Wanted(day, known_on, dated_on, letterhead, case_officer, _texts(texts, day))
    made = FORMATS["json" if is_json and out is None else format_](
        run(asked, lambda access: _sheet(access, wanted))
    )
    with guarded(asked):
        if out is None:
            pour(made, is_binary=format_ == "pdf" and not is_json)
            return
        saved = save(made, out)
    if is_json:
        printed(saved)
    else:
        render.line(f"{saved['file']}: {saved['bytes']} bytes, sha256 {saved['sha256']}")


factsheet.__doc__ = both(
    "Faktaarket om boligsociale helhedsplaner for en dag, med planerne bag hvert tal.",
    "The fact sheet of a day, in Danish, with the plans behind every figure.",
)


async def _sheet(access: Access, wanted: Wanted) -> Sheet:
    today, reference = access.today(), await access.plans.reference()
    # The head is read first: what it covers is in the figures, whatever comes meanwhile.
    position, digest = await access.reader.head()
    day, known_at = wanted.day, wanted.known_at
    found = await portfolio(access.pool, reference, today, day=day, known_at=known_at)
    others = await other_plans(access.pool, today, day=day, known_at=known_at)
    parties = (await Directory(access.pool).read()).by_id
    letterhead = replace(wanted.letterhead, on=wanted.dated or found.known_at)
    if wanted.case_officer is not None:
        officer = parties[await known_party(access, wanted.case_officer)]
        letterhead = replace(letterhead, case_officer=officer.name)
    office = next((each for each in parties.values() if each.kind == "office"), None)
    if office is not None and not letterhead.office:
        contact = letterhead.contact or ((office.email,) if office.email else ())
        letterhead = replace(letterhead, office=office.name, contact=contact)
    head = Head(position, digest.hex())
    return sheet(found, others, reference, wanted.texts, letterhead, head)


def _texts(file: Path | None, day: date) -> SheetTexts:
    try:
        return read_texts(file) if file else texts_for(day)
    except BadTexts as error:
        raise BadUsage(
            f"Teksterne kan ikke bruges: {error}", f"The texts cannot be used: {error}"
        ) from error


def _number(text: str, what: str) -> str:
    try:
        return NUMBER.validate_python(text) if text else ""
    except ValidationError as error:
        raise BadUsage(
            f"{what}: skriv nummeret som 2012-125227.", f"{what}: write it like 2012-125227."
        ) from error


def _line(text: str, what: str) -> str:
    if len(text) > 200 or not (text.isprintable() or not text):
        raise BadUsage(
            f"{what}: højst 200 tegn på én linje.", f"{what}: at most 200 characters on a line."
        )
    return text.strip()


def _lines(texts: list[str]) -> tuple[str, ...]:
    if len(texts) > MOST_LINES:
        raise BadUsage(
            f"--contact: højst {MOST_LINES} linjer.", f"--contact: at most {MOST_LINES} lines."
        )
    return tuple(_line(text, "--contact") for text in texts)
