"""`helhedsplan rehearse`: plans played with skipped time on a private engine; nothing leaves."""

import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer

from cli import options, render
from cli.access import find_settings
from cli.cells import day
from cli.importing import faulty
from cli.options import Asked, Lang, both
from cli.problems import BadUsage, NotFound, Problem, Refused
from cli.progress import days_of_plans
from cli.running import guarded, printed
from domain.calendar import local_day
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.importing import Faulty
from infrastructure.logging import configure_logging
from infrastructure.temporal import settle
from infrastructure.wording.say import say
from infrastructure.wording.sentences import event_sentence, names_of, refusal_sentence
from rehearsal.lives import Life, Missed
from rehearsal.play import NothingToPlay, Rehearsal, Wanted
from rehearsal.play import rehearse as play
from rehearsal.script import BadScript

MISSED = {
    "notice_due": ("påmindelse uden regnskab", "notice not accounted for"),
    "deadline_passed": ("frist overskredet", "deadline passed"),
    "alarm_ringing": ("alarmen lyder endnu", "alarm still ringing"),
}


def rehearse(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help=both(
                "Mappe eller fil som til import; udeladt: planer i en kørende installation",
                "Folder or file as for import; left out: plans of a running installation",
            ),
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATO",
            help=both(
                "Første dag; filer begynder ellers med udkastene",
                "First day; files otherwise begin with the drafts",
            ),
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATO", help=both("Sidste dag", "Last day"))
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(
            "--script",
            metavar="FIL",
            help=both(
                "Hvad der går anderledes end ventet (docs/rehearsal.md)",
                "What differs from the expected (docs/rehearsal.md)",
            ),
        ),
    ] = None,
    plans: Annotated[
        list[str] | None,
        typer.Option("--plan", metavar="PLAN", help=both("Kun denne plan", "Only this plan")),
    ] = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    configure_logging("WARNING")
    with guarded(asked):
        for each in (path, script):
            if each is not None and not each.exists():
                raise NotFound(f"{each} findes ikke.", f"{each} does not exist.", path=str(each))
        wanted = Wanted(
            path=path,
            plans=frozenset(plans) if plans else None,
            since=day(since, "--from"),
            until=day(until, "--until"),
            script=script,
        )
        with days_of_plans(both("Spiller", "Playing")) as progress:
            played = asyncio.run(_played(replace(wanted, progress=progress), asked))
    if is_json:
        printed(_data(played))
    else:
        _print(asked.language, played)


rehearse.__doc__ = both(
    "Spil planers liv på sekunder med motorens egen kode på en privat motor; intet sendes.",
    "Play plans' lives in seconds with the engine's own code on a private engine; nothing leaves.",
)


async def _played(wanted: Wanted, asked: Asked) -> Rehearsal:
    if wanted.path is None:
        wanted = await _running(wanted, asked)
    try:
        return await play(wanted)
    except Faulty as error:
        raise faulty(error) from error
    except BadScript as error:
        raise _bad_script(wanted.script, error) from error
    except NothingToPlay as error:
        raise BadUsage(
            "Der er ingen plan at spille: tag en anden dag med --from eller en anden plan.",
            "There is no plan to play: take another day with --from, or another plan.",
        ) from error
    finally:
        await settle()


async def _running(wanted: Wanted, asked: Asked) -> Wanted:
    """Plans of a running installation, from its own day on; it is only read."""
    settings, _ = find_settings(asked)
    connection = await asyncpg.connect(settings.database_url)
    try:
        what = await installation.read(connection)
    finally:
        await connection.close()
    return replace(
        wanted,
        database_url=settings.database_url,
        since=wanted.since or local_day(what.now(utc_now())),
    )


def _bad_script(path: Path | None, error: BadScript) -> Problem:
    said = "\n".join(f"{path}: {fault}" for fault in error.faults)
    return Refused(
        "bad_script",
        f"{said}\nIntet er spillet. Ret scriptet (docs/rehearsal.md), og prøv igen.",
        f"{said}\nNothing was played. Mend the script (docs/rehearsal.md), and try again.",
        faults=[
            {
                "line": fault.line,
                "where": fault.where,
                "problem": fault.problem,
                "remedy": fault.remedy,
            }
            for fault in error.faults
        ],
    )


def _data(played: Rehearsal) -> dict[str, Any]:
    return {
        "plans": len(played.lives),
        "finished": played.finished,
        "events": played.events,
        "mails": played.mails,
        "missed": [_missed_data(each) for each in played.missed],
        "seconds": round(played.seconds, 3),
        "lives": [_life_data(life) for life in played.lives],
    }


def _missed_data(missed: Missed) -> dict[str, str]:
    return {
        "plan": missed.plan,
        "kind": missed.kind,
        "what": missed.what,
        "on": missed.on.isoformat(),
    }


def _life_data(life: Life) -> dict[str, Any]:
    return {
        "plan": life.plan,
        "title": life.title,
        "final_state": life.final_state,
        "reached_on": life.reached_on.isoformat(),
        "events": [
            event.model_dump(mode="json", exclude_none=True, exclude={"v"}) for event in life.events
        ],
        "mails": [
            {
                "on": mail.on.isoformat(),
                "to": mail.to,
                "subject": mail.subject,
                "notice": mail.notice,
                "mail": mail.mail,
            }
            for mail in life.mails
        ],
        "refused": [
            {
                "on": each.on.isoformat(),
                "command": each.command.type,
                "code": each.refusal.code,
                "facts": each.refusal.facts,
            }
            for each in life.refused
        ],
    }


def _print(lang: Lang, played: Rehearsal) -> None:
    names = names_of(lang, played.reference, played.names)
    for life in played.lives:
        render.heading(f"{life.title} ({life.plan}): {say(lang, f'phase.{life.final_state}')}")
        for on, what in _time_line(lang, life, names):
            render.line(f"{on.isoformat()}  {what}")
    _print_missed(lang, played)
    summary = both(
        "{plans} planer, {finished} til ende, {events} hændelser, {mails} mails, {seconds:.1f} s",
        "{plans} plans, {finished} to their end, {events} events, {mails} mails, {seconds:.1f} s",
    )
    facts = _data(played)
    print(summary.format(**{**facts, "missed": 0, "lives": 0}), file=sys.stderr)


def _time_line(lang: Lang, life: Life, names: Any) -> list[tuple[date, str]]:
    """Events, refusals and mails by day; a mail once for all that it says about the plan."""
    refused = both("afvist", "refused")
    told = [(event.on, event_sentence(lang, event, names)) for event in life.events]
    told += [
        (
            each.on,
            f"{refused}: {each.command.type}: "
            + refusal_sentence(lang, each.refusal.code, each.refusal.facts, names),
        )
        for each in life.refused
    ]
    mails = {(mail.on, mail.mail): mail for mail in life.mails}.values()
    told += [(mail.on, f"✉ {mail.to}: {mail.subject}") for mail in mails]
    return sorted(told, key=lambda each: each[0])


def _print_missed(lang: Lang, played: Rehearsal) -> None:
    index = 0 if lang == "da" else 1
    rows = [
        (each.on, each.plan, MISSED[each.kind][index], each.what)
        for each in sorted(played.missed, key=lambda each: (each.on, each.plan))
    ]
    headings = (
        both("Dag", "Day"),
        both("Plan", "Plan"),
        both("Misset", "Missed"),
        both("Hvad", "What"),
    )
    render.section(both("Misset", "Missed"), headings, rows)
