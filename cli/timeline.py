"""`helhedsplan timeline AREA`: helhedsplaner and other plans of an area side by side."""

from datetime import date
from typing import Annotated, Any

import typer

from cli import cells, options, render
from cli.access import Access
from cli.options import Asked, Lang, both
from cli.other_plans import known_area
from cli.running import guarded, printed, run
from infrastructure.timeline import PLAN
from infrastructure.timeline import timeline as read
from infrastructure.wording.say import say


def timeline(
    area: Annotated[str, typer.Argument(metavar="OMRÅDE", help=both("Byområde", "Area"))],
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        day, known = cells.day(as_of, "--as-of"), cells.day(known_at, "--known-at")

    async def work(access: Access) -> dict[str, Any]:
        await known_area(access, area)
        reference = await access.plans.reference()
        found = await read(access.pool, reference, area, access.today(), day=day, known_at=known)
        return found.as_json() | {"name": getattr(reference.area_by_id[area], access.lang)}

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        _print(asked.language, found)


timeline.__doc__ = both(
    "Ét byområdes helhedsplaner og øvrige planer på én tidslinje.",
    "The helhedsplaner and other plans of one area on one time line.",
)


def _print(lang: Lang, found: dict[str, Any]) -> None:
    facts = {key: date.fromisoformat(found[key]) for key in ("as_of", "known_at")}
    which = "timeline.expected" if found["forecast"] else "timeline.heading"
    render.heading(say(lang, which, area=found["name"], **facts))
    spans = found["entries"]
    years = _years(spans, facts["as_of"])
    headings = [say(lang, f"register.{key}") for key in ("kind", "title", "state", "start", "end")]
    first, last = str(years.start), str(years[-1])
    rows = [
        (
            say(lang, f"span.{each['kind']}"),
            each["title"],
            say(lang, f"{'phase' if each['kind'] == PLAN else 'span_state'}.{each['state']}"),
            each["start"],
            each["end"] or say(lang, "register.until_further_notice"),
            _bar(each, years),
        )
        for each in spans
    ]
    render.rows_or_none(lang, [*headings, f"{first}–{last}"], rows)


def _years(spans: list[dict[str, Any]], day: date) -> range:
    """From the first year of anything to the last, and the day's own."""
    named = [int(span[key][:4]) for span in spans for key in ("start", "end") if span[key]]
    return range(min([*named, day.year]), max([*named, day.year]) + 1)


def _bar(span: dict[str, Any], years: range) -> str:
    """One mark a year."""
    last = int(span["end"][:4]) if span["end"] else years[-1]
    return "".join("█" if int(span["start"][:4]) <= y <= last else "·" for y in years)
