"""`helhedsplan import PATH`: plans at any stage of life, parties and reference data, from files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, Lang, both
from cli.people import acting, names
from cli.problems import NotFound, Refused
from cli.running import guarded, printed, run
from cli.sending import not_while_advancing
from cli.words import word
from infrastructure.importing import Faulty, Flag, Imported, import_path
from infrastructure.wording.say import say
from infrastructure.wording.sentences import refusal_sentence
from workflows.driving import drive, reload

MOST_SHOWN = 20


def import_(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help=both("Mappe eller fil", "Folder or file"))
    ],
    person: options.AsPerson = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        if not path.exists():
            raise NotFound(f"{path} findes ikke.", f"{path} does not exist.", path=str(path))

    async def work(access: Access) -> dict[str, Any]:
        not_while_advancing(access)
        actor = await acting(access, person)
        try:
            imported = await import_path(path, access, actor=actor)
        except Faulty as error:
            raise faulty(error) from error
        await _follow(access, imported)
        return await _data(access, imported)

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        _print(asked.language, found)


import_.__doc__ = both(
    "Indlæs planer på ethvert stade, parter og grunddata fra CSV eller JSON (docs/import.md).",
    "Import plans at any stage, parties and reference data from CSV or JSON (docs/import.md).",
)


async def _follow(access: Access, imported: Imported) -> None:
    """The log has it; now the engine is told, and would find out by itself if this were killed."""
    if not imported.plans and not imported.reference:
        return
    client = await access.client()
    open_ids = await access.plans.open_ids()
    new = {each.plan for each in imported.plans if each.is_new}
    what = access.installation
    await drive(
        client,
        access.settings.task_queue,
        [plan for plan in open_ids if plan in new],
        offset_seconds=what.offset_seconds,
        is_virtual=what.is_virtual,
    )
    changed = {each.plan for each in imported.plans} - new
    await reload(client, open_ids if imported.reference else changed)


def faulty(error: Faulty) -> Refused:
    """Every fault with its line and remedy; nothing was written."""
    da, en = ("\n".join(fault.sentence(lang) for fault in error.faults) for lang in ("da", "en"))
    count = len(error.faults)
    return Refused(
        "import_faulty",
        f"{da}\nIntet er importeret: {count} fejl. Ret dem, og importér igen.",
        f"{en}\nNothing was imported: {count} faults. Mend them, and import again.",
        faults=[
            {
                "file": fault.place.file,
                "line": fault.place.line,
                "column": fault.column,
                "code": fault.code,
                "problem": fault.problem("en"),
                "remedy": fault.remedy("en"),
            }
            for fault in error.faults
        ],
    )


async def _data(access: Access, imported: Imported) -> dict[str, Any]:
    called = await names(access)

    def flag_data(flag: Flag) -> dict[str, Any]:
        return {
            "on": flag.on.isoformat(),
            "file": flag.place.file,
            "line": flag.place.line,
            "code": flag.code,
            "message": refusal_sentence(access.lang, flag.code, flag.facts, called),
        }

    return {
        "plans": [
            {
                "plan": each.plan,
                "is_new": each.is_new,
                "rows": each.rows,
                "events": each.events,
                "version": each.version,
                "flags": [flag_data(flag) for flag in each.flags],
            }
            for each in imported.plans
        ],
        "unchanged": list(imported.unchanged),
        "parties": list(imported.parties),
        "reference": list(imported.reference),
        "other_plans": list(imported.other_plans),
        "evaluations": list(imported.evaluations),
        "events": imported.events,
        "seconds": round(imported.seconds, 3),
    }


def _print(lang: Lang, found: dict[str, Any]) -> None:
    others = len(found["other_plans"]) + len(found["evaluations"])
    if not (found["plans"] or found["parties"] or found["reference"] or others):
        render.line(word(lang, "nothing_new"))
        return
    facts = {
        "plans": len(found["plans"]),
        "events": found["events"],
        "parties": len(found["parties"]),
        "reference": len(found["reference"]),
        "unchanged": len(found["unchanged"]),
    }
    render.line(word(lang, "imported", **facts))
    if others:
        facts = {"plans": len(found["other_plans"]), "years": len(found["evaluations"])}
        render.line(say(lang, "register.imported", **facts))
    flags = [(plan["plan"], flag) for plan in found["plans"] for flag in plan["flags"]]
    if flags:
        render.note(word(lang, "flagged", count=len(flags)))
    for plan, flag in flags[:MOST_SHOWN]:
        render.note(f"  {flag['file']}:{flag['line']} {plan}: {flag['message']}")
    if len(flags) > MOST_SHOWN:
        render.note(word(lang, "flags_cut"))
