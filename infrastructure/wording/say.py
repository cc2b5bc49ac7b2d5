"""Answers: what is a key called in a language, with its dates and kroner written out?"""

import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date
from babel.numbers import format_decimal

Lang = Literal["da", "en"]
LANGUAGES: tuple[Lang, ...] = ("da", "en")

FOLDER = Path(__file__).parent
_LOCALE = {"da": "da_DK", "en": "en_GB"}
_DATES = {
    "da": {
        "": "EEEE 'den' d. MMMM y",
        "day": "EEEE 'den' d. MMMM",
        "short": "d. MMMM y",
        "brief": "d. MMMM",
        "weekday": "EEEE",
    },
    "en": {
        "": "EEEE d MMMM y",
        "day": "EEEE d MMMM",
        "short": "d MMMM y",
        "brief": "d MMMM",
        "weekday": "EEEE",
    },
}
_AND = {"da": " og ", "en": " and "}
_COUNTED = {
    ("da", "days"): ("dag", "dage"),
    ("en", "days"): ("day", "days"),
    ("da", "workdays"): ("arbejdsdag", "arbejdsdage"),
    ("en", "workdays"): ("working day", "working days"),
}


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """Every text of a language by its dotted key."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"*{lang}.toml")):
        found |= _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{key}.")
        else:
            found.append((before + key, value))
    return found


def say(lang: Lang, key: str, **facts: object) -> str:
    """The text of a key, its placeholders filled; raises KeyError when either is missing.

    Dates come with their weekday; `{x:short}`, `{x:brief}` and `{x:day}` leave out weekday, year
    or both. `{x:money}` writes øre as kroner, `{x:days}` and `{x:workdays}` count days, `{x:cap}` begins a sentence.
    """
    return _FORMATTERS[lang].vformat(catalogue(lang)[key], (), facts)


def has(lang: Lang, key: str) -> bool:
    return key in catalogue(lang)


def money(lang: Lang, oere: int) -> str:
    """`1.500.000,00 kr.`, in English `DKK 1,500,000.00`."""
    number = format_decimal(Decimal(oere) / 100, "#,##0.00", locale=_LOCALE[lang])
    return f"{number} kr." if lang == "da" else f"DKK {number}"


def day(lang: Lang, value: date, form: str = "") -> str:
    """`mandag den 30. juni 2014`; form `day`, `short`, `brief` or `weekday` says less."""
    return _day(lang, value, form)


@cache
def _day(lang: Lang, value: date, form: str) -> str:
    return format_date(value, _DATES[lang][form], locale=_LOCALE[lang])


def joined(lang: Lang, parts: Sequence[str]) -> str:
    """`a, b og c`."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + _AND[lang] + parts[-1]


class _Formatter(string.Formatter):
    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return day(self.lang, value, format_spec)
        if format_spec == "money":
            return money(self.lang, value)
        if (self.lang, format_spec) in _COUNTED:
            return f"{value} {_COUNTED[self.lang, format_spec][value != 1]}"
        if isinstance(value, list | tuple):
            value = joined(self.lang, [self.format_field(each, "") for each in value])
        text = str(value)
        return text[:1].upper() + text[1:] if format_spec == "cap" else text


_FORMATTERS: dict[str, _Formatter] = {lang: _Formatter(lang) for lang in LANGUAGES}
