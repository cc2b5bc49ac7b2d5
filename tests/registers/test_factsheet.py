"""The fact sheet: the figures of the two sheets, in the right tense, traceable, in four formats."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from infrastructure.factsheet.texts import FOLDER, BadTexts, read_texts
from tests.registers.conftest import Ended, Run

FIRST, SECOND = ("--as-of", "2013-01-01"), ("--as-of", "2014-01-01")
LIVE = "Boligsociale helhedsplaner i København"


def sheet(run: Run, *words: str) -> Any:
    ended = run("factsheet", *words, "--format", "json")
    assert ended.code == 0, ended.err
    return ended.json


def figures(found: Any) -> dict[str, int]:
    return {figure["name"]: figure["value"] for figure in found["figures"]}


def live(found: Any) -> str:
    (section,) = [each for each in found["sections"] if each["heading"] == LIVE]
    return " ".join(section["paragraphs"])


def test_on_1_january_2013_the_sheet_says_21_10_and_11(run: Run) -> None:
    found = sheet(run, *FIRST)

    assert (figures(found)["running"], figures(found)["pool"], figures(found)["earlier"]) == (
        21,
        10,
        11,
    )
    assert live(found).startswith(
        "Per 1. januar 2013 er der 21 boligsociale helhedsplaner i København. 10 af disse er"
        " godkendt i 2012, og har derfor fået del af kommunens medfinansieringspulje"
    )
    assert "De øvrige 11 helhedsplaner er stadig på tidligere bevillinger" in live(found)
    assert "I 2014 vil de sidste af disse helhedsplaner være udløbet." in live(found)


def test_as_known_on_5_september_2012_the_same_is_expected(run: Run) -> None:
    found = sheet(run, *FIRST, "--known-at", "2012-09-05")
    said = figures(found)

    assert (said["running"], said["pool"], said["earlier"]) == (21, 10, 11)
    assert (said["decided"], said["expected"]) == (14, 7)
    assert "vil der forventeligt være 21" in live(found)
    assert "10 af disse vil være godkendt i 2012" in live(found)
    assert ["Dato", "5. september 2012"] in [list(e.values()) for e in found["letterhead"]]


def test_on_1_january_2014_18_are_expected_17_of_them_with_the_pool_in_six_areas(run: Run) -> None:
    found = sheet(run, *SECOND)
    said = figures(found)

    assert (said["running"], said["in_areas"], said["areas"]) == (18, 17, 6)
    assert said["pool_amount"] == 3_000_000_000
    assert live(found).startswith(
        "Per 1. januar 2014 vil der forventeligt være 18 boligsociale helhedsplaner i København,"
        " hvoraf 17 er beliggende i de udsatte boligområder og derfor har fået medfinansiering"
        " fra 30 mio. kr. puljen."
    )


def test_what_was_expected_is_said_as_done_once_the_day_has_come(run: Run) -> None:
    assert "Per 1. august 2013 er der" in live(sheet(run, "--as-of", "2013-08-01"))


@pytest.mark.parametrize("day", [FIRST, SECOND], ids=["2013", "2014"])
def test_every_figure_names_its_plans_or_its_source(run: Run, day: tuple[str, str]) -> None:
    found = sheet(run, *day)
    listed = {plan["id"] for plan in found["plans"]}

    for figure in found["figures"]:
        assert figure["plans"] or figure["source"], figure["name"]
        assert set(figure["plans"]) <= listed
        if not figure["source"] and figure["name"] not in ("areas", "last_expiry"):
            assert len(figure["plans"]) == figure["value"], figure["name"]


@pytest.mark.parametrize("kind", ["html", "pdf", "md", "json"])
def test_the_same_sheet_is_the_same_bytes(run: Run, tmp_path: Path, kind: str) -> None:
    files = [tmp_path / f"{n}.{kind}" for n in (1, 2)]
    for file in files:
        ended = run("factsheet", *FIRST, "--format", kind, "--out", str(file))
        assert ended.code == 0, ended.err

    first, second = (file.read_bytes() for file in files)
    assert first == second


def test_the_head_of_the_log_stands_at_the_foot(run: Run) -> None:
    found = sheet(run, *FIRST)
    head = run("verify", "--json").json

    assert found["head"]["position"] == head["position"]
    assert f"position {head['position']}, {found['head']['hash']}" in found["foot"]


def test_the_pdf_is_tagged_danish_and_titled(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    run("factsheet", *SECOND, "--format", "pdf", "--out", str(file))
    content = file.read_bytes()

    assert content.startswith(b"%PDF-")
    assert all(mark in content for mark in (b"/StructTreeRoot", b"/Lang(da)", b"pdfuaid:part"))


class Links(HTMLParser):
    """What links point at, and what there is to point at."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.targets += [v[1:] for k, v in attrs if k == "href" and v]
        self.ids += [v for v in [values.get("id")] if v]


def test_every_link_of_the_page_leads_to_a_figure_or_a_plan(run: Run) -> None:
    page = Links()
    page.feed(run("factsheet", *SECOND, "--format", "html").out)

    assert len(page.targets) > 50
    assert set(page.targets) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_footnote_of_the_markdown_is_there(run: Run) -> None:
    text = run("factsheet", *SECOND, "--format", "md").out

    assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == set(
        re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE)
    )


def test_what_people_write_is_text_and_never_markup(run: Run, tmp_path: Path) -> None:
    nasty = '<script>alert(1)</script> *a* #read("/etc/passwd") $x$ {running}'
    options = ("--contact", nasty, "--annex", nasty)
    page = Links()
    page.feed(run("factsheet", *FIRST, "--format", "html", *options).out)
    file = tmp_path / "sheet.pdf"
    made = run("factsheet", *FIRST, "--format", "pdf", "--out", str(file), *options)

    assert "script" not in page.tags
    assert made.code == 0
    assert "\\<script\\>" in run("factsheet", *FIRST, "--format", "md", *options).out


def test_the_letterhead_takes_a_case_officer_from_the_directory(run: Run) -> None:
    found = sheet(run, *FIRST, "--case-officer", "p-0001", "--case-number", "2012-125227")

    said = {line["label"]: line["value"] for line in found["letterhead"]}
    assert (said["Sagsbehandler"], said["Sagsnr."]) == ("Astrid Opdigtet", "2012-125227")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--as-of", "1. januar"), 2, "--as-of"),
        ((*FIRST, "--format", "docx"), 2, "--format"),
        ((*FIRST, "--case-number", "12/345"), 2, "--case-number"),
        ((*FIRST, "--case-officer", "p-9999"), 4, "p-9999"),
        ((*FIRST, "--contact", "a\nb"), 2, "--contact"),
        ((*FIRST, "--out", "/no/such/folder/sheet.md"), 4, "/no/such/folder"),
        ((*FIRST, "--texts", "/no/such/texts.toml"), 2, "texts.toml"),
    ],
)
def test_bad_input_ends_with_its_code_and_says_why(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    ended: Ended = run("factsheet", *words)

    assert (ended.code, said in ended.err) == (code, True), ended.err


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_texts_that_come_along_can_be_read(path: Path) -> None:
    assert read_texts(path).sections


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{running}", "{runing}", "runing"),
        ("{running}", "{running.__class__}", "running.__class__"),
        ("{running}", "{running", "field name"),
        ('needs = "pool"', 'needs = "gold"', "gold"),
        ("valid_from = 2012-01-01", "", "valid_from"),
        ("title =", "title", "texts.toml"),
    ],
)
def test_texts_that_cannot_be_filled_are_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (FOLDER / "2013.toml").read_text(encoding="utf-8")
    file = tmp_path / "texts.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadTexts, match=re.escape(said)):
        read_texts(file)
