"""`helhedsplan why PLAN`: why it waits, in one sentence."""

from typing import Any

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.plan_view import seen, waiting_data
from cli.running import printed, run


def why(
    plan: options.PlanId,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        what = await seen(access, plan)
        return {"plan": plan, "today": what.today.isoformat()} | waiting_data(what)

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        render.line(found["sentence"][asked.language])


why.__doc__ = both(
    "Hvorfor venter planen: på hvem, siden hvornår, indtil hvad, og hvad sker der ellers?",
    "Why the plan waits: on whom, since when, until what, and what happens otherwise.",
)
