"""`helhedsplan notices`: every promised reminder, and what became of it."""

from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, Lang, both
from cli.people import names
from cli.running import printed, run
from cli.sending import known_plan
from cli.words import word
from infrastructure.inbox import notices as promised
from infrastructure.mail.accounting import unaccounted
from infrastructure.plans import plan_id_of
from infrastructure.wording.say import say
from infrastructure.wording.sentences import Names, subject_name


def notices(
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]")] = None,
    is_due: Annotated[
        bool,
        typer.Option("--due", help=both("Kun forfaldne, ikke sendt", "Only due and not yet sent")),
    ] = False,
    is_unaccounted: Annotated[
        bool,
        typer.Option(
            "--unaccounted",
            help=both(
                "Forfaldne, som der ikke er gjort rede for; altid ingen",
                "Due and not accounted for; always none",
            ),
        ),
    ] = False,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> tuple[dict[str, Any], Names]:
        if plan is not None:
            await known_plan(access, plan)
        if is_unaccounted:
            found = await _unaccounted(access, plan)
        else:
            found = await promised(access.pool, plan, "due" if is_due else None)
        return {"today": access.today().isoformat(), "notices": found}, await names(access)

    found, called = run(asked, work)
    if is_json:
        printed(found)
        return
    if is_unaccounted:
        _print_unaccounted(asked.language, found["notices"])
    else:
        _print(asked.language, found["notices"], called)


notices.__doc__ = both(
    "Lovede påmindelser: hvornår, om hvad, til hvem, og hvad der blev af dem.",
    "Promised reminders: when, about what, to whom, and what became of them.",
)


def _print(lang: Lang, found: list[dict[str, Any]], called: Names) -> None:
    headings = [word(lang, key) for key in ("send_on", "plan", "what", "due", "to", "status")]
    rows = [
        (
            each["send_on"],
            each["plan"],
            _what(lang, each, called),
            each["due_on"],
            [say(lang, f"role.{role}") for role in each["to"]],
            say(lang, f"notice_status.{each['status']}"),
        )
        for each in found
    ]
    render.rows_or_none(lang, headings, rows)


def _what(lang: Lang, notice: dict[str, Any], called: Names) -> str:
    kind, subject = say(lang, f"deadline.{notice['kind']}"), notice["subject"]
    return f"{kind}: {subject_name(lang, subject, called)}" if subject else kind


async def _unaccounted(access: Access, plan: str | None) -> list[dict[str, Any]]:
    pause = (await access.plans.reference()).parameters.summer_pause
    return [
        {
            "plan": plan_id_of(each.stream),
            "notice": each.notice,
            "party": each.party,
            "since": each.since.isoformat(),
            "why": each.why,
        }
        for each in await unaccounted(access.pool, access.today(), has_pause=pause)
        if plan is None or plan_id_of(each.stream) == plan
    ]


def _print_unaccounted(lang: Lang, found: list[dict[str, Any]]) -> None:
    if not found:
        render.line(word(lang, "all_accounted"))
        return
    headings = [word(lang, key) for key in ("since", "plan", "what", "party", "why")]
    keys = ("since", "plan", "notice", "party", "why")
    render.table(headings, [[each[key] for key in keys] for each in found])
