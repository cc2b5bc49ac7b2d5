"""The fact sheet as Markdown: every figure has a footnote that names the plans behind it."""

import re

from infrastructure.factsheet.figures import Figure
from infrastructure.factsheet.sheet import Paragraph, Sheet

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def markdown(sheet: Sheet) -> bytes:
    lines = [f"# {_escaped(' '.join(filter(None, (_dotted(sheet.annex), sheet.title))))}", ""]
    lines += [f"- {_escaped(label)}: {_escaped(value)}" for label, value in sheet.letterhead]
    for section in sheet.sections:
        lines += ["", f"## {_escaped(section.heading)}"]
        for paragraph in section.paragraphs:
            lines += ["", _paragraph(paragraph)]
    lines += ["", "## Planerne bag tallene", ""]
    lines += ["| id | plan | byområde | periode | godkendt i BR | kommunens midler |"]
    lines += ["|---|---|---|---|---|---|"]
    for plan in sheet.plans:
        cells = (plan.id, plan.title, plan.area, plan.period, plan.approved, plan.money)
        lines.append("| " + " | ".join(_escaped(cell) for cell in cells) + " |")
    lines += ["", "---", "", _escaped(sheet.foot), ""]
    for figure in sheet.figures:
        lines += [f"[^{figure.name}]: {_escaped(_note(figure))}", ""]
    return "\n".join(lines).encode()


def _dotted(annex: str) -> str:
    return f"{annex}." if annex else ""


def _paragraph(paragraph: Paragraph) -> str:
    return "".join(
        _escaped(run.text) + (f"[^{run.figure}]" if run.figure else "") for run in paragraph
    )


def _note(figure: Figure) -> str:
    plans = f": {', '.join(figure.plans)}" if figure.plans else ""
    source = f" ({figure.source})" if figure.source else ""
    return f"{figure.shown} {figure.says}{source}{plans}"
