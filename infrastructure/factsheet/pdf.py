"""The fact sheet as a tagged PDF: the template is fixed, the sheet comes in as data only."""

import json
from dataclasses import asdict
from pathlib import Path

from infrastructure.factsheet.sheet import Sheet

TEMPLATE = Path(__file__).parent / "sheet.typ"


def pdf(sheet: Sheet) -> bytes:
    """PDF/UA-1; the same sheet is the same bytes."""
    import typst  # loaded only where a PDF is asked for: it is large

    data = asdict(sheet) | {
        "as_of": sheet.as_of.isoformat(),
        "known_at": sheet.known_at.isoformat(),
        "day": [sheet.known_at.year, sheet.known_at.month, sheet.known_at.day],
    }
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )
