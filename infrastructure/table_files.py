"""Answers: how do tables become CSV files and a workbook, the same bytes each time?"""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from infrastructure.effect_study import Cell, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a CSV cell."""
WIDTH = 22


def csv_file(table: Table) -> bytes:
    """UTF-8, comma, one header line, dates as 2013-10-01, decimals with a full stop."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([[_csv_cell(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    text = _text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case date():
            return cell.isoformat()
        case Decimal():
            return format(cell, "f")
        case _:
            return str(cell)


def workbook(tables: Iterable[Table], made_on: date) -> bytes:
    """One sheet a table; every text is written as text, so none becomes a formula or a link."""
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(content, options)
    # Else the file would hold the moment at which it was made.
    book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day)})  # noqa: DTZ001
    bold = book.add_format({"bold": True})
    for table in tables:
        page = book.add_worksheet(table.name)
        page.freeze_panes(1, 0)
        page.set_column(0, len(table.columns) - 1, WIDTH)
        for index, column in enumerate(table.columns):
            page.write_string(0, index, column.name, bold)
        for line, row in enumerate(table.rows, 1):
            for index, cell in enumerate(row):
                if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
                    page.write_number(line, index, cell)
                elif cell is not None:
                    page.write_string(line, index, _text(cell))
    book.close()
    return content.getvalue()
