"""`helhedsplan other-plans`: plans of other kinds (letting, infrastructure, architecture …)."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli import cells, options, render
from cli.access import Access
from cli.options import Asked, both
from cli.people import near
from cli.problems import BadUsage, NotFound
from cli.recording import By, misfit, recorded, show
from cli.running import guarded, printed, run
from cli.texts import Texts
from domain.other_plan import (
    CorrectOtherPlan,
    EndOtherPlan,
    OtherPlan,
    OtherPlanCommand,
    OtherPlanContent,
    OtherPlanKind,
    RegisterOtherPlan,
    ReviseOtherPlan,
)
from infrastructure.importing.cells import SLUG
from infrastructure.other_plans import other_plans
from infrastructure.register_states import states
from infrastructure.registers import OTHER_PLANS
from infrastructure.wording.say import say

OtherId = Annotated[str, typer.Argument(metavar="ID", help=both("Planens id", "The plan's id"))]
KindOption = Annotated[
    str | None, typer.Option("--kind", metavar="SLAGS", help=", ".join(OtherPlanKind))
]
Title = Annotated[str | None, typer.Option("--title", help=both("Titel", "Title"))]
Area = Annotated[
    str | None, typer.Option("--area", metavar="OMRÅDE", help=both("Byområde", "Area"))
]
Start = Annotated[
    str | None, typer.Option("--start", metavar="DATO", help=both("Første dag", "First day"))
]
End = Annotated[
    str | None,
    typer.Option(
        "--end",
        metavar="DATO",
        help=both("Sidste dag; udeladt: indtil videre", "Last day; left out: until further notice"),
    ),
]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help=both("Hvor det er læst", "Where it was read")),
]
Document = Annotated[
    str | None, typer.Option("--document-number", help=both("Dokumentnr.", "Document no."))
]
LastDay = Annotated[
    str | None, typer.Option("--last-day", metavar="DATO", help=both("Sidste dag", "Last day"))
]
Reason = Annotated[str | None, typer.Option("--reason", help=both("Begrundelse", "The reason"))]

app = typer.Typer(
    invoke_without_command=True,
    help=both(
        "Øvrige planer i byområderne: list, register, revise, end, correct.",
        "Other plans of the areas: list, register, revise, end, correct.",
    ),
)


@app.callback()
def listing(
    context: typer.Context,
    area: Area = None,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        day, known = cells.day(as_of, "--as-of"), cells.day(known_at, "--known-at")

    async def work(access: Access) -> dict[str, Any]:
        today = access.today()
        await known_area(access, area)
        found = await other_plans(access.pool, today, day=day, known_at=known, area=area)
        return {
            "as_of": (day or today).isoformat(),
            "known_at": min(known or today, today).isoformat(),
            "other_plans": [each.as_json() for each in found],
        }

    found = run(asked, work)
    if is_json:
        printed(found)
        return
    words = ("id", "kind", "title", "area", "start", "end", "source")
    keys = ("other_plan", "kind", "title", "area", "start", "end", "source")
    rows = [
        [say(asked.language, f"span.{each['kind']}") if k == "kind" else each[k] for k in keys]
        for each in found["other_plans"]
    ]
    render.rows_or_none(asked.language, [say(asked.language, f"register.{w}") for w in words], rows)


async def known_area(access: Access, area: str | None) -> None:
    """Raises NotFound with the nearest names."""
    known = (await access.plans.reference()).area_by_id
    if area is not None and area not in known:
        names = near(area, known) or list(known)
        raise NotFound(
            f"Der er intet byområde {area}. Mente du {', '.join(names)}?",
            f"There is no area {area}. Did you mean {', '.join(names)}?",
            near=names,
        )


@app.command(help=both("Optag en plan af en anden slags.", "Enter a plan of another kind."))
def register(
    name: OtherId,
    kind: KindOption = None,
    title: Title = None,
    area: Area = None,
    start: Start = None,
    end: End = None,
    source: SourceOption = None,
    document: Document = None,
    on: options.OnDay = None,
    person: options.AsPerson = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        stated = _stated(kind, title, area, start, end, source, document)
        command = RegisterOtherPlan(on=cells.day(on, "--on"), content=_content(stated))
        by = By(person, command_id=cells.command_id(command_id))
        _check_name(name)
    _carry_out(asked, name, command, by)


@app.command(help=both("Nyt indhold; det udeladte består.", "New content; what is left out stays."))
def revise(
    name: OtherId,
    kind: KindOption = None,
    title: Title = None,
    area: Area = None,
    start: Start = None,
    end: End = None,
    source: SourceOption = None,
    document: Document = None,
    on: options.OnDay = None,
    person: options.AsPerson = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        stated = _stated(kind, title, area, start, end, source, document)
        day = cells.day(on, "--on")
        by = By(person, None, expected_version, cells.command_id(command_id))

    def command(plan: OtherPlan) -> OtherPlanCommand:
        return ReviseOtherPlan(on=day, content=_content(stated, plan.content))

    _carry_out(asked, name, command, by)


@app.command(help=both("Planen ender en anden dag.", "The plan ends on another day."))
def end(
    name: OtherId,
    last_day: LastDay = None,
    reason: Reason = None,
    on: options.OnDay = None,
    person: options.AsPerson = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    texts = Texts()
    with guarded(asked):
        day = cells.needed_day(last_day or "", "--last-day")
        command = EndOtherPlan(on=cells.day(on, "--on"), last_day=day, reason=texts.maybe(reason))
        by = By(person, None, expected_version, cells.command_id(command_id))
    _carry_out(asked, name, command, by, texts)


@app.command(
    help=both("Ret en registrering, der var tastet forkert.", "Correct an entry that was mistyped.")
)
def correct(
    name: OtherId,
    entry: Annotated[
        int, typer.Option("--entry", min=1, help=both("Registreringens nr.", "The entry's number"))
    ],
    reason: Reason = None,
    kind: KindOption = None,
    title: Title = None,
    area: Area = None,
    start: Start = None,
    end: End = None,
    source: SourceOption = None,
    document: Document = None,
    last_day: LastDay = None,
    on: options.OnDay = None,
    person: options.AsPerson = None,
    expected_version: options.ExpectedVersion = None,
    command_id: options.CommandId = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    texts = Texts()
    with guarded(asked):
        if not reason:
            raise BadUsage(
                "Skriv med --reason, hvorfor registreringen var forkert.",
                "Say with --reason why the entry was wrong.",
            )
        stated = _stated(kind, title, area, start, end, source, document)
        day, until = cells.day(on, "--on"), cells.day(last_day, "--last-day")
        by = By(person, None, expected_version, cells.command_id(command_id))

    def command(plan: OtherPlan) -> OtherPlanCommand:
        old = plan.entries[entry - 1] if entry <= len(plan.entries) else plan.entries[0]
        is_content = stated or (old.content is not None and until is None)
        return CorrectOtherPlan(
            entry=entry,
            on=day,
            content=_content(stated, old.content) if is_content else None,
            last_day=until or (None if is_content else old.last_day),
            reason=texts.ref(reason or ""),
        )

    _carry_out(asked, name, command, by, texts)


def _stated(
    kind: str | None,
    title: str | None,
    area: str | None,
    start: str | None,
    end: str | None,
    source: str | None,
    document: str | None,
) -> dict[str, Any]:
    """What was said about the content; nothing for what was left out."""
    fields = {
        "kind": kind,
        "title": title,
        "area": area,
        "start": cells.day(start, "--start"),
        "end": cells.day(end, "--end"),
        "source": source,
        "document_number": document,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _content(stated: dict[str, Any], before: OtherPlanContent | None = None) -> OtherPlanContent:
    fields = (before.model_dump() if before else {}) | stated
    try:
        return OtherPlanContent.model_validate(fields)
    except ValidationError as error:
        raise misfit(error, OtherPlanContent) from error


def _check_name(name: str) -> None:
    """Raises BadUsage for what could be no stream's name."""
    if not SLUG.fullmatch(name):
        raise BadUsage(
            f"{name} er ikke et id: brug små bogstaver a-z, cifre og bindestreg.",
            f"{name} is no id: use small letters a-z, digits and hyphens.",
        )


def _carry_out(
    asked: Asked,
    name: str,
    command: OtherPlanCommand | Any,
    by: By,
    texts: Texts | None = None,
) -> None:
    """Send a command, or one that is made from the plan as it stands."""

    async def work(access: Access) -> dict[str, Any]:
        if isinstance(command, RegisterOtherPlan):
            return await recorded(access, OTHER_PLANS, name, command, by, texts or Texts())
        plans = await states(access.pool, OTHER_PLANS, access.today())
        if name not in plans:
            names = near(name, plans)
            da = f" Mente du {', '.join(names)}?" if names else ""
            en = f" Did you mean {', '.join(names)}?" if names else ""
            raise NotFound(
                f"Der er ingen øvrig plan {name}.{da}",
                f"There is no other plan {name}.{en}",
                near=names,
            )
        made = command(plans[name]) if callable(command) else command
        return await recorded(access, OTHER_PLANS, name, made, by, texts or Texts())

    show(asked, run(asked, work))
