"""Answers: how does one letter look as plain text and as HTML, with the same words?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,:;)]")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do: numbered, or alternatives."""

    items: tuple[str, ...]
    is_numbered: bool = True
    kind: str = "steps"


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"

    def widths(self) -> list[int]:
        lines = [self.head, *self.rows]
        return [max(len(plain(line[i])) for line in lines) for i in range(len(self.head))]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: str
    kind: str = "note"


Part = Heading | Paragraph | Steps | Table | Note


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in a mail, once; `**bold**` is the only markup."""

    lang: str
    subject: str
    greeting: tuple[str, ...]
    parts: Sequence[Part]
    closing: tuple[str, ...]
    notes: tuple[Note, ...] = field(default=())


def plain(text: str) -> str:
    return _BOLD.sub(r"\1", text)


def rich(text: str) -> Markup:
    """Escaped first: whatever a title holds, it stays text."""
    safe = str(escape(text))
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    return Markup(_LINK.sub(lambda m: f'<a href="{m[0]}">{m[0]}</a>', safe))  # noqa: S704


def text_of(letter: Letter) -> str:
    """The plain text part."""
    return _environment(is_html=False).get_template("letter.txt.j2").render(letter=letter)


def html_of(letter: Letter) -> str:
    """The HTML part."""
    return _environment(is_html=True).get_template("letter.html.j2").render(letter=letter)


@cache
def _environment(*, is_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - the other one writes plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "rich": rich, "cells": _cells}
    return environment


def _cells(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [plain(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(cells).rstrip()
