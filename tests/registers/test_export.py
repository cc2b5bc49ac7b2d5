"""CFBU's data set: tidy, described, the same bytes twice, and nothing about persons in it."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infrastructure.effect_study import Column, Table
from infrastructure.table_files import csv_file, workbook
from tests.registers.conftest import Run

NAMES = {
    *("plans.csv", "estates.csv", "intervention_areas.csv", "funding.csv", "criteria.csv"),
    *("reports.csv", "decisions.csv", "dictionary.csv", "about.csv", "cfbu.xlsx"),
}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(run: Run, folder: Path, *words: str) -> Any:
    ended = run("export", "cfbu", str(folder), *words, "--json")
    assert ended.code == 0, ended.err
    return ended.json


def test_the_same_export_twice_is_byte_equal(run: Run, tmp_path: Path) -> None:
    exported(run, tmp_path / "a")
    exported(run, tmp_path / "b")

    assert {path.name for path in (tmp_path / "a").iterdir()} == NAMES
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_every_column_of_every_table_is_in_the_dictionary(run: Run, tmp_path: Path) -> None:
    exported(run, tmp_path)
    described = {(row["table"], row["column"]) for row in rows(tmp_path, "dictionary")}

    for path in tmp_path.glob("*.csv"):
        if path.stem not in ("dictionary", "about"):
            header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            assert {(path.stem, column) for column in header} <= described


def test_plans_are_those_that_br_had_approved_by_the_day(run: Run, tmp_path: Path) -> None:
    exported(run, tmp_path, "--as-of", "2013-01-01", "--known-at", "2012-09-05")
    found = rows(tmp_path, "plans")

    assert all(row["council_approved_on"] <= "2012-09-05" for row in found)
    assert {row["key"]: row["value"] for row in rows(tmp_path, "about")}["forecast"] == "true"


def test_the_parts_of_the_funding_add_up_to_the_frame(run: Run, tmp_path: Path) -> None:
    exported(run, tmp_path)
    parts: dict[str, int] = {}
    for row in rows(tmp_path, "funding"):
        parts[row["plan"]] = parts.get(row["plan"], 0) + int(row["amount_oere"])

    assert parts == {row["plan"]: int(row["budget_oere"]) for row in rows(tmp_path, "plans")}


def test_counts_of_few_persons_are_suppressed_in_every_file(run: Run, tmp_path: Path) -> None:
    told = exported(run, tmp_path, "--limit", "20")
    small = [row for row in rows(tmp_path, "criteria") if row["is_suppressed"] == "true"]

    assert told["suppressed"] == len(small) == 5
    assert {(row["unit"], row["value"]) for row in small} == {("personer", "")}


def test_no_person_is_in_any_file(run: Run, tmp_path: Path) -> None:
    exported(run, tmp_path)
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv"))
    with zipfile.ZipFile(tmp_path / "cfbu.xlsx") as book:
        text += "".join(book.read(name).decode() for name in book.namelist())

    assert "p-00" not in text
    assert "Opdigtet" not in text
    assert "nv-life" in text


def test_a_text_is_never_a_formula() -> None:
    table = Table(
        "t", (Column("a", "text", "a", "a"),), (("=1+1",), ("-x",), (-5,), ("https://a",))
    )
    with zipfile.ZipFile(io.BytesIO(workbook([table], date(2013, 10, 1)))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()

    assert csv_file(table).decode() == "a\n'=1+1\n'-x\n-5\nhttps://a\n"
    assert "<f>" not in page
    assert "hyperlink" not in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--limit", "0"), 2, "--limit"),
        (("--as-of", "i går"), 2, "--as-of"),
    ],
)
def test_bad_input_ends_with_its_code_and_says_why(
    run: Run, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run("export", "cfbu", str(tmp_path / "out"), *words)

    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    ended = run("export", "cfbu", str(taken))

    assert (ended.code, "taken" in ended.err, taken.read_text(encoding="utf-8")) == (
        4,
        True,
        "mine",
    )
