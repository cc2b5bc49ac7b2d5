"""Answers: what is wrong with the files, where exactly, and what would mend it?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from infrastructure.wording.say import Lang, has, money, say

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as an editor counts them; of JSON the number of the object."""

    file: str
    line: int = 0
    """0: the file as a whole."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that must be mended before anything is imported."""

    place: Place
    column: str
    """Empty: the row as a whole."""
    code: str
    """Of `fault` in the wording's catalogues; where the domain refused, of `refusal`."""
    facts: Mapping[str, object] = field(default_factory=dict)

    def problem(self, lang: Lang = "da") -> str:
        return self._said(lang, "wrong")

    def remedy(self, lang: Lang = "da") -> str:
        return self._said(lang, "remedy")

    def _said(self, lang: Lang, what: str) -> str:
        for group in ("fault", "refusal"):
            if has(lang, f"{group}.{self.code}.{what}"):
                facts = {name: _said(lang, name, value) for name, value in self.facts.items()}
                return say(lang, f"{group}.{self.code}.{what}", **facts)
        return say(lang, f"fault.other.{what}", code=self.code)

    def sentence(self, lang: Lang = "da") -> str:
        """`facts.csv:12 until: … Gør …`"""
        line = f":{self.place.line}" if self.place.line else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.place.file}{line}{column}: {self.problem(lang)} {self.remedy(lang)}"


def _said(lang: Lang, name: str, value: object) -> object:
    """A fact as a person writes it: kroner, days, lists with commas."""
    if name.endswith("_oere") and isinstance(value, int):
        return money(lang, value)
    if isinstance(value, str) and ISO_DAY.fullmatch(value) and name != "value":
        return date.fromisoformat(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class BadCell(Exception):
    """A cell that does not say what its column asks for."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Faulty(Exception):
    """The files cannot be imported, and nothing was written: here is every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(fault.sentence("en") for fault in self.faults)


@dataclass(slots=True)
class Faults:
    """Collects what is found, so that people mend a file once and not fault by fault."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, column: str, code: str, **facts: object) -> None:
        self.found.append(Fault(place, column, code, facts))

    def raise_if_any(self) -> None:
        if self.found:
            ordered = sorted(self.found, key=lambda fault: (fault.place.file, fault.place.line))
            raise Faulty(ordered)
