"""`helhedsplan verify`: is the log whole, and do the read models say what it says?"""

from dataclasses import asdict
from typing import Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.problems import FAULT
from cli.running import printed, run
from cli.words import word
from infrastructure.event_store import verify as store
from infrastructure.folders import folders


def verify(
    data: options.Data = None, lang: options.Language = None, is_json: options.Json = False
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> store.Report:
        return await store.verify(access.settings.database_url or "", folders())

    report = run(asked, work)
    if is_json:
        printed(_data(report))
    else:
        _print(asked, report)
    if not report.is_sound:
        raise typer.Exit(FAULT)


verify.__doc__ = both(
    "Kontrollér loggens kæde, versioner og tekster, og at listerne siger det samme.",
    "Check the log's chain, versions and texts, and that the lists say the same.",
)


def _data(report: store.Report) -> dict[str, Any]:
    return asdict(report) | {"head": report.head.hex(), "is_sound": report.is_sound}


def _print(asked: Asked, report: store.Report) -> None:
    lang = asked.language
    render.line(
        word(
            lang,
            "checked",
            events=report.events,
            streams=report.streams,
            texts=report.texts_ok,
            erased=report.texts_erased,
            rows=report.rows,
        )
    )
    render.line(word(lang, "head", position=report.position, head=report.head.hex()))
    for fault in report.faults:
        render.line(f"  {fault.code}: {fault.where}")
    render.line(word(lang, "sound" if report.is_sound else "unsound", count=report.fault_count))
