"""`helhedsplan export`: data sets for others."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import cells, options, render
from cli.access import Access
from cli.options import Asked, both
from cli.problems import NotFound
from cli.running import guarded, printed, run
from cli.saving import save
from infrastructure.effect_study import Study, Table, tables
from infrastructure.portfolio import plans_on
from infrastructure.table_files import csv_file, workbook
from infrastructure.wording.say import say

WORKBOOK = "cfbu.xlsx"
SMALL = 5
"""What a count of persons must reach to be shown, unless another limit is agreed [G]."""

app = typer.Typer(help=both("Datasæt til andre.", "Data sets for others."))


@app.callback()
def _all() -> None:
    """Makes this a group also while it has one command."""


@app.command(
    help=both(
        "Datasæt til CFBU's effektstudier: CSV og regneark med datakatalog, kun om planer.",
        "Data set for CFBU's studies of effect: CSV and workbook with a dictionary, plans only.",
    )
)
def cfbu(
    folder: Annotated[
        Path, typer.Argument(metavar="MAPPE", help=both("Skriv hertil", "Write here"))
    ],
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit",
            min=1,
            max=1000,
            help=both("Færre personer end dette skjules", "Fewer persons than this are suppressed"),
        ),
    ] = SMALL,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)
    with guarded(asked):
        day, known = cells.day(as_of, "--as-of"), cells.day(known_at, "--known-at")

    async def work(access: Access) -> tuple[Study, tuple[Table, ...]]:
        today, reference = access.today(), await access.plans.reference()
        held, known_on = day or today, min(known or today, today)
        position, head = await access.reader.head()
        study = Study(held, known_on, held > known_on, limit, position, head.hex())
        plans = await plans_on(access.pool, reference, held, known_on)
        return study, tables(plans, reference, study)

    study, made = run(asked, work)
    with guarded(asked):
        files = _write(folder, study, made)
    rows = {table.name: len(table.rows) for table in made}
    hidden = sum(row[-1] is True for t in made if t.name == "criteria" for row in t.rows)
    if is_json:
        printed({"files": files, "rows": rows, "suppressed": hidden, "limit": limit})
        return
    facts: dict[str, Any] = {"files": len(files), "folder": folder, "plans": rows["plans"]}
    render.line(say(asked.language, "export.written", **facts))
    render.line(say(asked.language, "export.suppressed", count=hidden, limit=limit))


def _write(folder: Path, study: Study, made: tuple[Table, ...]) -> list[dict[str, Any]]:
    """Each file appears whole; files of other names are left alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotFound(
            f"{folder} kan ikke bruges som mappe: {reason}. Vælg en anden.",
            f"{folder} cannot be used as a folder: {reason}. Choose another.",
            folder=str(folder),
        ) from error
    files = [save(csv_file(table), folder / f"{table.name}.csv") for table in made]
    return [*files, save(workbook(made, study.known_at), folder / WORKBOOK)]
