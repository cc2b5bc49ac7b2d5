"""`helhedsplan show PLAN`: one plan, as it is or as it was."""

from typing import Any

from cli import options, render
from cli.access import Access
from cli.cells import day
from cli.options import Asked, Lang, both
from cli.plan_view import plan_data, seen
from cli.running import guarded, printed, run
from cli.words import word
from infrastructure.wording.say import money, say


def show(
    plan: options.PlanId,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        held_on, known_on = day(as_of, "--as-of"), day(known_at, "--known-at")

    async def work(access: Access) -> dict[str, Any]:
        what = await seen(access, plan, held_on, known_on)
        known = {"known_at": known_on.isoformat() if known_on else None}
        return await plan_data(access, what) | known

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        _print(asked.language, found)


show.__doc__ = both(
    "Vis en plan: hvorfor den venter, pakken, frister, penge, mål, beslutninger og tidslinje.",
    "Show a plan: why it waits, the package, dates, money, goals, decisions and time line.",
)


def _print(lang: Lang, found: dict[str, Any]) -> None:
    render.heading(f"{found['title']} ({found['plan']}), {found['case_number']}")
    render.line(f"{found['state_name']}, {found['start']} – {found['end']}, {found['area']}")
    render.line(found["waiting"]["sentence"][lang])
    _package(lang, found)
    _deadlines(lang, found)
    _money(lang, found["money"])
    _goals(lang, found)
    _decisions(lang, found)
    _papers(lang, found)
    _timeline(lang, found)
    _breaches(lang, found)


def _package(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("point", "status", "next")]
    rows = [(item["name"], item["status_name"], _next(item)) for item in found["package"]]
    render.section(word(lang, "package"), headings, rows)


def _next(item: dict[str, Any]) -> str:
    """Where the point goes next, or the last chain of meetings that still saves the start."""
    if item["last_chain"]:
        return " → ".join(f"{link['body']} {link['meeting_on']}" for link in item["last_chain"])
    parts = (item["next_body"], item["next_meeting"], item["document_number"])
    return " ".join(part for part in parts if part)


def _deadlines(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("due", "what", "who", "why")]
    rows = [
        (
            each["due_on"],
            ": ".join(part for part in (each["name"], each["about"]) if part),
            say(lang, f"role.{each['who']}"),
            each["explained"],
        )
        for each in found["deadlines"]
    ]
    render.section(word(lang, "deadlines"), headings, rows)


def _money(lang: Lang, found: dict[str, Any]) -> None:
    rows = [(word(lang, "budget"), money(lang, found["budget_oere"]))]
    for part in found["funding"]:
        name = part.get("name") or word(lang, f"source_{part['source']}")
        rows.append((f"  {name}", money(lang, part["amount_oere"])))
    rows += [
        (word(lang, key), money(lang, found[f"{key}_oere"]))
        for key in ("committed", "spent")
        if found[f"{key}_oere"] is not None
    ]
    rows.append((word(lang, "released"), say(lang, f"word.{str(found['is_released']).lower()}")))
    render.section(word(lang, "money"), ("", ""), rows)


def _goals(lang: Lang, found: dict[str, Any]) -> None:
    rows = [
        (each["goal"], each["indicator"], f"{each['baseline']} → {each['target']} {each['unit']}")
        for each in found["criteria"]
    ]
    render.section(word(lang, "goals"), ("", "", ""), rows)


def _decisions(lang: Lang, found: dict[str, Any]) -> None:
    headings = [
        word(lang, key) for key in ("decision", "body", "meeting", "point", "outcome", "reason")
    ]
    rows = [
        (
            each["decision"],
            each["sitting"]["body"],
            each["sitting"]["meeting_on"],
            each["ruling"]["point"],
            say(lang, f"outcome.{each['ruling']['outcome']}"),
            _reason(lang, each["ruling"], found["texts"]),
        )
        for each in found["decisions"]
    ]
    render.section(word(lang, "decisions"), headings, rows)


def _reason(lang: Lang, ruling: dict[str, Any], texts: dict[str, str]) -> str:
    if ruling["minutes_give_no_reason"]:
        return word(lang, "no_reason")
    refs = [ruling[key]["id"] for key in ("condition", "reason") if key in ruling]
    return " ".join(texts.get(ref, word(lang, "erased")) for ref in refs)


def _papers(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("day", "document", "point", "places")]
    rows = [
        (
            paper["on"],
            paper["document_number"],
            paper["points"],
            [f"{place['body']} {place['meeting_on']}" for place in paper["places"]],
        )
        for paper in found["papers"]
    ]
    render.section(word(lang, "papers"), headings, rows)


def _timeline(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("day", "who", "what")]
    rows = [
        (
            each["on"],
            each["actor"],
            each["what"] + ("" if each["witnessed"] else " " + word(lang, "stated")),
        )
        for each in found["timeline"]
    ]
    render.section(word(lang, "timeline"), headings, rows)


def _breaches(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("day", "what")]
    rows = [(each["on"], each["message"]) for each in found["breaches"]]
    render.section(word(lang, "breaches"), headings, rows)
