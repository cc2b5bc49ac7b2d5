"""The options that many commands share, and the language of the help texts."""

import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import typer

Lang = Literal["da", "en"]
"""Danish first."""


def chosen_lang() -> Lang:
    """The language that the environment asks for; Danish when it asks for none."""
    return "en" if os.environ.get("HELHEDSPLAN_LANG", "").lower() == "en" else "da"


def both(da: str, en: str) -> str:
    """One of two texts for `--help`, which is made before any option has been read."""
    words = sys.argv[1:]
    asked = "--lang=en" in words or ("--lang", "en") in pairwise(words)
    return en if asked or chosen_lang() == "en" else da


@dataclass(frozen=True, slots=True)
class Asked:
    """How a command was asked to find its stack and to answer."""

    data: Path | None = None
    lang: Lang | None = None
    is_json: bool = False

    @property
    def language(self) -> Lang:
        return self.lang or chosen_lang()


Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help=both("Mappen, som `up` kører på", "The folder that `up` runs on"),
    ),
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help=both("Sprog: da eller en", "Language: da or en"))
]
Json = Annotated[
    bool,
    typer.Option("--json", help=both("Data som JSON på stdout", "Data as JSON on stdout")),
]
PlanId = Annotated[
    str, typer.Argument(metavar="PLAN", help=both("Planens id", "The id of the plan"))
]
AsPerson = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="PERSON",
        help=both(
            "Hvem der handler (i en demo); i drift viser HELHEDSPLAN_TOKEN det",
            "Who acts (in a demo); in production HELHEDSPLAN_TOKEN says so",
        ),
    ),
]
OnBehalfOf = Annotated[
    str | None,
    typer.Option("--on-behalf-of", metavar="PERSON", help=both("Hvem der handles for", "For whom")),
]
ExpectedVersion = Annotated[
    int | None,
    typer.Option(
        "--expected-version",
        min=0,
        help=both(
            "Planens version, da du så den; afvis, hvis den er ændret siden",
            "The plan's version as you saw it; refuse when it has changed",
        ),
    ),
]
CommandId = Annotated[
    str | None,
    typer.Option(
        "--command-id",
        metavar="UUID",
        help=both(
            "Samme id igen giver samme svar og intet nyt",
            "The same id again gives the same answer and nothing new",
        ),
    ),
]
OnDay = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DATO", help=both("Dagen, det gælder for", "The day that it holds for")
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATO", help=both("Som det var den dag", "As on that day")),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="DATO",
        help=both("Som det var kendt den dag", "As it was known on that day"),
    ),
]
