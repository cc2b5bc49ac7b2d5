"""Answers: what does the fact sheet of a day say? The one model that every format renders."""

import string
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from domain.reference import Reference
from infrastructure.factsheet.figures import Counted, Figure, counted
from infrastructure.factsheet.texts import Sentence, SheetTexts
from infrastructure.other_plans import ListedOther
from infrastructure.portfolio import Portfolio
from infrastructure.registers import OTHER_PLANS
from infrastructure.wording.say import day


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the head of the sheet; what is not given is shown as a dash."""

    annex: str = ""
    on: date = date.min
    case_number: str = ""
    document_number: str = ""
    case_officer: str = ""
    office: str = ""
    contact: tuple[str, ...] = ()

    def lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Dato", day("da", self.on, "short")),
            ("Sagsnr.", self.case_number or "–"),
            ("Dokumentnr.", self.document_number or "–"),
            ("Sagsbehandler", self.case_officer or "–"),
            ("Kontor", self.office or "–"),
            *(("Kontakt", line) for line in self.contact),
        )


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log had come."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; `figure` names the figure that it shows."""

    text: str
    figure: str | None = None


Paragraph = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A plan that some figure counts."""

    id: str
    title: str
    area: str
    period: str
    approved: str
    money: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed, and nothing else."""

    title: str
    annex: str
    letterhead: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    """Those that the text shows, in the order in which it does."""
    plans: tuple[Behind, ...]
    as_of: date
    known_at: date
    forecast: bool
    texts: str
    foot: str
    head: Head

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["letterhead"] = [{"label": a, "value": b} for a, b in self.letterhead]
        found["as_of"], found["known_at"] = self.as_of.isoformat(), self.known_at.isoformat()
        for section, made in zip(self.sections, found["sections"], strict=True):
            made["paragraphs"] = ["".join(r.text for r in p) for p in section.paragraphs]
        return found


def sheet(
    found: Portfolio,
    others: list[ListedOther],
    reference: Reference,
    texts: SheetTexts,
    letterhead: Letterhead,
    head: Head,
) -> Sheet:
    """The sheet of a portfolio's day, in Danish."""
    day_name, known_name = (day("da", d, "short") for d in (found.as_of, found.known_at))
    numbers = counted(found, others, reference, texts, day_name, known_name)
    sections = tuple(
        Section(
            each.heading,
            tuple(p for s in each.paragraphs if (p := _paragraph(s, numbers))),
        )
        for each in texts.sections
    )
    runs = [run for s in sections for paragraph in s.paragraphs for run in paragraph]
    shown = dict.fromkeys(run.figure for run in runs if run.figure)
    figures = tuple(numbers.figures[name] for name in shown)
    names = {area.id: area.da for area in reference.areas}
    return Sheet(
        title=texts.title,
        annex=letterhead.annex or texts.annex,
        letterhead=letterhead.lines(),
        sections=sections,
        figures=figures,
        plans=_behind(figures, numbers, names),
        as_of=found.as_of,
        known_at=found.known_at,
        forecast=found.forecast,
        texts=texts.source,
        foot=(
            f"Tallene er pr. {day_name}, som det var kendt {known_name}. Teksten følger:"
            f" {texts.source}. Loggens hoved: position {head.position}, {head.hash}."
        ),
        head=head,
    )


def _paragraph(sentences: tuple[Sentence, ...], numbers: Counted) -> Paragraph:
    runs: list[Run] = []
    for sentence in sentences:
        text = _chosen(sentence, numbers)
        if text:
            runs += [Run(" ")] if runs else []
            runs += _runs(text, numbers)
    return tuple(runs)


def _chosen(sentence: Sentence, numbers: Counted) -> str | None:
    """The variant that fits what is decided and what is expected; None: it is left out."""
    needed = numbers.figures.get(sentence.needs) if sentence.needs else None
    if sentence.needs and (needed is None or needed.value == 0):
        return None
    if needed is not None and needed.value == 1 and sentence.alone:
        return sentence.alone
    if sentence.tense is None:
        return sentence.text
    return sentence.expected if numbers.is_expected[sentence.tense] else sentence.decided


def _runs(text: str, numbers: Counted) -> list[Run]:
    runs: list[Run] = []
    for literal, name, _, _ in string.Formatter().parse(text):
        if literal:
            runs.append(Run(literal))
        if name in numbers.facts:
            runs.append(Run(numbers.facts[name]))
        elif name is not None:
            runs.append(Run(numbers.figures[name].shown, name))
    return runs


def _behind(
    figures: tuple[Figure, ...], numbers: Counted, areas: dict[str, str]
) -> tuple[Behind, ...]:
    """Every plan that a shown figure counts, once."""
    wanted = {plan for figure in figures for plan in figure.plans}
    plans = [
        Behind(
            each.plan,
            each.title,
            areas.get(each.area, each.area),
            f"{each.start:%d.%m.%Y}–{each.end:%d.%m.%Y}",
            f"{each.council_approved_on:%d.%m.%Y}" if each.council_approved_on else "ikke endnu",
            "puljen" if each.funding == "pool" else "øvrige midler",
        )
        for each in numbers.plans
        if each.plan in wanted
    ]
    for other in numbers.others:
        content = other.plan.content
        stream = OTHER_PLANS.stream(other.id)
        if stream in wanted:
            end = f"{content.end:%d.%m.%Y}" if content.end else "indtil videre"
            period = f"{content.start:%d.%m.%Y}–{end}"
            area = areas.get(content.area, content.area)
            plans.append(Behind(stream, content.title, area, period, "–", "øvrig plan"))
    return tuple(plans)
