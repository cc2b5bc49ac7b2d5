"""`helhedsplan inbox`: what is to be done, the gravest first."""

from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.people import known_party, names
from cli.running import printed, run
from cli.words import word
from infrastructure.directory import Directory
from infrastructure.inbox import OpenTask, open_tasks
from infrastructure.wording.say import say
from infrastructure.wording.sentences import Names, subject_name


def inbox(
    person: Annotated[
        str | None,
        typer.Option(
            "--person",
            metavar="PERSON",
            help=both("Kun det, der ligger hos denne part", "Only what lies with this party"),
        ),
    ] = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        reference = await access.plans.reference()
        parties = None
        if person is not None:
            known = (await Directory(access.pool).read()).tokens_of(
                await known_party(access, person)
            )
            parties = set(known)
        found = await open_tasks(access.pool, reference, access.today(), parties)
        called = await names(access)
        return {
            "today": access.today().isoformat(),
            "person": person,
            "tasks": [_data(access, each, called) for each in found],
        }

    found = run(asked, work)
    if is_json:
        printed(found)
        return
    headings = [word(asked.language, key) for key in ("due", "plan", "what", "who", "consequence")]
    rows = [
        (
            each["due_on"],
            each["plan"],
            ": ".join(part for part in (each["name"], each["about"]) if part),
            each["party_name"],
            each["consequence_name"],
        )
        for each in found["tasks"]
    ]
    render.heading(word(asked.language, "inbox", today=found["today"]))
    render.rows_or_none(asked.language, headings, rows)


inbox.__doc__ = both(
    "Opgaver, ordnet efter hvad der sker, hvis ingen gør noget.",
    "Tasks, sorted by what happens if nobody acts.",
)


def _data(access: Access, each: OpenTask, called: Names) -> dict[str, Any]:
    lang, task = access.lang, each.task
    return {
        "plan": each.plan,
        "title": each.title,
        "key": task.key,
        "kind": task.kind,
        "name": say(lang, f"deadline.{task.kind}"),
        "about": subject_name(lang, task.subject, called) if task.subject else None,
        "party": task.party,
        "party_name": called.get(task.party, say(lang, f"role.{task.role}")),
        "role": task.role,
        "body": task.body,
        "since": task.since.isoformat(),
        "due_on": task.due_on.isoformat(),
        "is_late": task.due_on < access.today(),
        "meeting_on": task.meeting_on.isoformat() if task.meeting_on else None,
        "consequence": task.consequence,
        "consequence_name": say(lang, f"consequence.{task.consequence}"),
    }
