"""The fact sheet as one HTML file: every figure is a link to the plans behind it."""

from html import escape

from infrastructure.factsheet.figures import Figure
from infrastructure.factsheet.sheet import Paragraph, Sheet

STYLE = """
body { font-family: serif; line-height: 1.5; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3, dl, table { font-family: sans-serif } h2 { font-size: 1.1rem; margin-top: 1.6rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dd { margin: 0 }
table { border-collapse: collapse; font-size: .85rem }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0 }
footer { border-top: 1px solid; margin-top: 2rem; font-size: .8rem; overflow-wrap: anywhere }
"""


def html(sheet: Sheet) -> bytes:
    title = escape(f"{sheet.annex}. {sheet.title}" if sheet.annex else sheet.title)
    letterhead = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>\n" for label, value in sheet.letterhead
    )
    sections = "".join(
        f"<h2>{escape(section.heading)}</h2>\n" + "".join(map(_paragraph, section.paragraphs))
        for section in sheet.sections
    )
    page = f"""<!DOCTYPE html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<dl>
{letterhead}</dl>
{sections}<h2>Tallene og planerne bag dem</h2>
{"".join(map(_figure, sheet.figures))}{_table(sheet)}</main>
<footer><p>{escape(sheet.foot)}</p></footer>
</body>
</html>
"""
    return page.encode()


def _paragraph(paragraph: Paragraph) -> str:
    parts = [
        f'<a href="#tal-{escape(run.figure)}">{escape(run.text)}</a>'
        if run.figure
        else escape(run.text)
        for run in paragraph
    ]
    return f"<p>{''.join(parts)}</p>\n"


def _figure(figure: Figure) -> str:
    source = f"<p>Kilde: {escape(figure.source)}</p>\n" if figure.source else ""
    links = ", ".join(f'<a href="#plan-{escape(p)}">{escape(p)}</a>' for p in figure.plans)
    plans = f"<p>{links}</p>\n" if links else ""
    heading = f"{escape(figure.shown)} {escape(figure.says)}"
    return f'<h3 id="tal-{escape(figure.name)}">{heading}</h3>\n{source}{plans}'


def _table(sheet: Sheet) -> str:
    headings = ("Plan", "Byområde", "Periode", "Godkendt i BR", "Kommunens midler")
    head = "".join(f'<th scope="col">{each}</th>' for each in headings)
    rows = "".join(
        f'<tr id="plan-{escape(plan.id)}"><th scope="row">{escape(plan.title)}</th>'
        + "".join(
            f"<td>{escape(c)}</td>" for c in (plan.area, plan.period, plan.approved, plan.money)
        )
        + "</tr>\n"
        for plan in sheet.plans
    )
    caption = "<caption>Planerne bag tallene</caption>"
    return f"<table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
