"""`helhedsplan refusals`: signalled commands that the rules refused."""

from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.people import names
from cli.running import printed, run
from cli.sending import known_plan
from cli.words import word
from infrastructure.inbox import refusals as kept_refusals
from infrastructure.wording.sentences import refusal_sentence


def refusals(
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]")] = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        if plan is not None:
            await known_plan(access, plan)
        called = await names(access)
        found = await kept_refusals(access.pool, plan)
        for each in found:
            each["message"] = refusal_sentence(asked.language, each["code"], each["facts"], called)
        return {"refusals": found}

    found = run(asked, work)["refusals"]
    if is_json:
        printed({"refusals": found})
        return
    headings = [word(asked.language, key) for key in ("at", "plan", "actor", "code", "why")]
    rows = [(e["at"][:16], e["plan"], e["actor"], e["code"], e["message"]) for e in found]
    render.rows_or_none(asked.language, headings, rows)


refusals.__doc__ = both(
    "Signaler, som en regel afviste: hvem sendte dem, og hvad skulle de have gjort?",
    "Signals that a rule refused: who sent them, and what should they have done?",
)
