"""Answers: which texts does the fact sheet of a day have? They are data, versioned by year."""

import string
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from domain.values import Value

FOLDER = Path(__file__).parent / "texts"
FACTS = frozenset({"day", "known_at", "running_noun", "approval_years", "contract_area_names"})
"""What texts can name besides figures and constants."""
FIGURES = frozenset(
    {
        "running",
        "decided",
        "expected",
        "pool",
        "earlier",
        "last_expiry",
        "in_areas",
        "areas",
        "pool_amount",
        "municipal_ceiling",
        "usual_years",
        "goals",
        "contract_areas",
        "other_areas",
        "other_plans",
    }
)
MOST_BYTES = 1_000_000


class Sentence(Value):
    """A sentence; in two tenses where what it says may be decided or only expected."""

    text: str | None = None
    decided: str | None = None
    expected: str | None = None
    alone: str | None = None
    """How it is said when the needed figure is 1."""
    tense: Literal["day", "approval", "expiry"] | None = None
    needs: str | None = None
    """Left out while this figure is 0."""

    def variants(self) -> tuple[str, ...]:
        return tuple(t for t in (self.text, self.decided, self.expected, self.alone) if t)


class TextSection(Value):
    heading: str = Field(min_length=1)
    paragraphs: tuple[tuple[Sentence, ...], ...]

    @field_validator("paragraphs", mode="before")
    @classmethod
    def _plain_sentences(cls, value: object) -> object:
        """A sentence that is the same in any tense is written as a mere text."""
        if not isinstance(value, list):
            return value
        return [
            [{"text": each} if isinstance(each, str) else each for each in paragraph]
            for paragraph in value
        ]


class PoolText(Value):
    amount_kr: int = Field(ge=0)
    source: str


class Constant(Value):
    """A figure that no plan of the log is behind: where it was read stands with it."""

    value: int
    says: str
    source: str


class SheetTexts(Value):
    """The texts of one year's sheet."""

    valid_from: date
    source: str
    annex: str = ""
    title: str = Field(min_length=1)
    regime: str
    pool: PoolText
    constants: dict[str, Constant] = Field(default_factory=dict)
    sections: tuple[TextSection, ...] = Field(min_length=1)


class BadTexts(ValueError):
    """The texts cannot be used; the message names the place."""


def texts_for(day: date) -> SheetTexts:
    """The newest texts that hold on a day; before all of them, the first."""
    every = sorted(
        (read_texts(path) for path in FOLDER.glob("*.toml")), key=lambda texts: texts.valid_from
    )
    fitting = [texts for texts in every if texts.valid_from <= day]
    return fitting[-1] if fitting else every[0]


def read_texts(path: Path) -> SheetTexts:
    """The texts of a file. Raises BadTexts, also for a placeholder that nothing fills."""
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
        if len(raw) > MOST_BYTES:
            raise BadTexts(f"{path.name}: more than {MOST_BYTES} bytes")
        texts = SheetTexts.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTexts(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise BadTexts(f"{path.name}: {'; '.join(faults[:5])}") from error
    known = FACTS | FIGURES | texts.constants.keys()
    for section in texts.sections:
        for sentence in (each for paragraph in section.paragraphs for each in paragraph):
            _check(sentence, known, f"{path.name}: {section.heading}")
    return texts


def _check(sentence: Sentence, known: frozenset[str], place: str) -> None:
    if (sentence.tense is None) != (sentence.decided is None and sentence.expected is None):
        raise BadTexts(f"{place}: tense goes with decided and expected")
    if sentence.needs is not None and sentence.needs not in known:
        raise BadTexts(f"{place}: no figure is called {sentence.needs}")
    for text in sentence.variants():
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError as error:
            raise BadTexts(f"{place}: {error}: {text}") from error
        for _, name, spec, conversion in parts:
            if name is not None and (name not in known or spec or conversion):
                raise BadTexts(f"{place}: nothing fills {{{name}}}")
