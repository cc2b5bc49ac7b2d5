"""`helhedsplan plans`: the plans of a day, as known on another."""

from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.cells import day
from cli.options import Asked, Lang, both
from cli.problems import BadUsage
from cli.running import guarded, printed, run
from cli.words import word
from domain.plan.state import Phase
from infrastructure.portfolio import portfolio
from infrastructure.wording.say import say


def plans(
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="TILSTAND", help=", ".join(Phase)),
    ] = None,
    has_all: Annotated[
        bool,
        typer.Option(
            "--all",
            help=both(
                "Alle planer, ikke kun de godkendte, hvis periode rummer dagen",
                "All plans, not only those approved whose period holds the day",
            ),
        ),
    ] = False,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        held_on, known_on = day(as_of, "--as-of"), day(known_at, "--known-at")
        states = [_phase(each) for each in state or ()]

    async def work(access: Access) -> dict[str, Any]:
        reference = await access.plans.reference()
        found = await portfolio(
            access.pool, reference, access.today(), day=held_on, known_at=known_on
        )
        if states:
            found = found.in_state(*states)
        elif not has_all:
            found = found.running()
        return found.as_json()

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        _print(asked.language, found)


plans.__doc__ = both(
    "Planer, der er godkendt af BR, og hvis periode rummer dagen; andre med --state eller --all.",
    "Plans approved by BR whose period holds the day; others by --state or --all.",
)


def _phase(text: str) -> Phase:
    try:
        return Phase(text.replace("-", "_"))
    except ValueError:
        known = ", ".join(Phase)
        raise BadUsage(
            f"--state: {text} er ikke en tilstand. De er: {known}.",
            f"--state: {text} is no state. They are: {known}.",
            known=list(Phase),
        ) from None


def _print(lang: Lang, found: dict[str, Any]) -> None:
    count = word(lang, "count", count=len(found["plans"]), as_of=found["as_of"])
    render.line(count + (word(lang, "forecast") if found["forecast"] else ""))
    headings = [
        word(lang, key)
        for key in ("plan", "title", "area", "state", "start", "end", "approved", "funding")
    ]
    rows = [
        (
            each["plan"],
            each["title"],
            each["area"],
            say(lang, f"phase.{each['state']}"),
            each["start"],
            each["end"],
            each["council_approved_on"],
            word(lang, each["funding"]),
        )
        for each in found["plans"]
    ]
    if rows:
        render.table(headings, rows)
