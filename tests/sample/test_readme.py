"""The small example in examples/README.md has the columns of the sample and whole rows."""

import csv
import json
import re

from tests.sample.portfolio import FOLDER, Sample, oere

README = (FOLDER.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_row_of_the_small_example_has_as_many_cells_as_its_header() -> None:
    for block in blocks("csv"):
        header, *rows = csv.reader(block.splitlines())
        assert [len(row) for row in rows] == [len(header)] * len(rows), header


def test_the_small_example_has_the_columns_of_the_sample_in_order(sample: Sample) -> None:
    headers = [block.splitlines()[0].split(",") for block in blocks("csv")]
    directory, _meetings, plans, criteria, facts = headers

    assert plans == list(sample.plans[0])
    assert criteria == list(sample.criteria[0])
    assert directory == list(sample.directory[0])
    assert facts == [column for column in sample.facts[0] if column in facts]


def test_every_column_of_facts_is_named(sample: Sample) -> None:
    listed = re.search(r"the columns are `([^`]+)`", README)
    assert listed is not None

    assert listed.group(1).split() == list(sample.facts[0])


def test_the_money_of_the_small_example_adds_up() -> None:
    (row,) = csv.DictReader(blocks("csv")[2].splitlines())
    parts = [oere(row[column]) for column in row if column.endswith("_kr")]

    assert sum(parts) == 2 * oere(row["budget_kr"])


def test_the_json_example_is_json() -> None:
    assert all(json.loads(block) for block in blocks("json"))
