"""Tables and lines for people; what a program reads is JSON, made elsewhere."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.options import Lang
from cli.words import word

PIPE_WIDTH = 160


def console() -> Console:
    """Stdout; a pipe has no width of its own and is not cut at 80."""
    is_terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, width=None if is_terminal else PIPE_WIDTH, highlight=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under headings; nothing is cut off, long cells are folded."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=any(headings))
    for each in headings:
        made.add_column(escape(each), overflow="fold")
    for row in rows:
        made.add_row(*(_cell(value) for value in row))
    console().print(made)


def section(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A titled table; nothing when there are no rows."""
    if rows:
        heading(title)
        table(headings, rows)


def rows_or_none(lang: Lang, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table, or a word that says that there is nothing to show."""
    if rows:
        table(headings, rows)
    else:
        line(word(lang, "none"))


def heading(text: str) -> None:
    console().print(f"\n[bold]{escape(text)}[/bold]")


def line(text: str = "") -> None:
    console().print(escape(text), soft_wrap=True)


def note(text: str) -> None:
    """What is said beside the data: to stderr."""
    print(text, file=sys.stderr)


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(str(each) for each in value)
        case _:
            return escape(str(value))
