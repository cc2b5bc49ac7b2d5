"""Whatever a spreadsheet can spoil is found, with its place and its remedy, before a row is written."""

import json
from pathlib import Path

import pytest

from infrastructure.importing import Access, Place
from infrastructure.wording.say import LANGUAGES
from tests.importing.conftest import Table, faults_of

CELLS = [
    ("plans.csv", 2, "budget_kr", "1.5", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "8,000,000.00", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "8.000.00", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "-8.000.000,00", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "8 mio.", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "٨٠٠٠٠٠٠", "not_kroner"),
    ("plans.csv", 2, "budget_kr", "8.000.001,00", "parts_differ"),
    ("plans.csv", 2, "start", "2014-02-30", "no_such_day"),
    ("plans.csv", 2, "start", "1/2/2014", "not_a_date"),
    ("plans.csv", 2, "start", "14-02-01", "not_a_date"),
    ("plans.csv", 2, "start", "41671", "not_a_date"),
    ("plans.csv", 2, "start", "0001-01-01", "no_such_day"),
    ("plans.csv", 2, "end", "2013-01-31", "ends_before_start"),
    ("plans.csv", 2, "title", "=HYPERLINK(1)", "formula"),
    ("plans.csv", 2, "title", "@SUM(1)", "formula"),
    ("plans.csv", 2, "title", "+45 12345678", "formula"),
    ("plans.csv", 2, "title", "Slåen\nhaven", "line_break"),
    ("plans.csv", 2, "title", "S" * 201, "too_long"),
    ("plans.csv", 2, "title", "Beboer 010203-1234", "cpr_number"),
    ("plans.csv", 2, "title", "", "cell_missing"),
    ("plans.csv", 2, "case_number", "2012", "not_a_document"),
    ("plans.csv", 2, "case_number", "okt-12", "not_a_document"),
    ("plans.csv", 2, "lead", "Bf-Rosenly", "not_an_id"),
    ("plans.csv", 2, "lead", "fsb", "lead_not_among"),
    ("plans.csv", 2, "organisations", "bf-rosenly;;fsb", "empty_part"),
    ("plans.csv", 2, "organisations", "bf-rosenly;bf-rosenly", "named_twice"),
    ("plans.csv", 2, "organisations", "bf-rosenly;bf-ukendt", "unknown_party"),
    ("plans.csv", 2, "administrator", "fsb", "other_kind"),
    ("plans.csv", 2, "case_officer", "fsb", "other_kind"),
    ("plans.csv", 2, "area", "atlantis", "unknown_id"),
    ("plans.csv", 2, "goals", "goal-9", "unknown_id"),
    ("plans.csv", 2, "goals_how", "a|b|c", "more_hows_than_goals"),
    ("plans.csv", 2, "intervention_areas", "krig", "unknown_id"),
    ("plans.csv", 2, "administrations", "xyz", "unknown_id"),
    ("plans.csv", 2, "route", "1999", "unknown_id"),
    ("plans.csv", 2, "committees", "tmu;xyz", "unknown_id"),
    ("plans.csv", 2, "predecessor", "ukendt", "unknown_plan"),
    ("plans.csv", 2, "other_name", "Fonden", "other_half"),
    ("plans.csv", 2, "revision", "2", "revision_out_of_order"),
    ("plans.csv", 2, "drafted_on", "", "cell_missing"),
    ("plans.csv", 2, "drafted_on", "2013-10-02", "in_future"),
    ("criteria.csv", 2, "target", "60 pct.", "not_a_number"),
    ("criteria.csv", 2, "target", "6.0", "not_a_number"),
    ("criteria.csv", 2, "goal", "goal-9", "unknown_id"),
    ("criteria.csv", 2, "revision", "2", "no_such_revision"),
    ("criteria.csv", 3, "id", "children", "criterion_twice"),
    ("criteria.csv", 2, "plan", "ukendt", "plan_without_row"),
    ("facts.csv", 6, "plan", "ukendt", "plan_without_row"),
    ("facts.csv", 6, "fact", "decision", "unknown_fact"),
    ("facts.csv", 6, "fact", "plan_drafted", "drafted_in_plans"),
    ("facts.csv", 6, "on", "2013-10-02", "in_future"),
    ("facts.csv", 6, "known_on", "2014-01-01", "in_future"),
    ("facts.csv", 6, "outcome", "godkendt", "unknown_word"),
    ("facts.csv", 6, "outcome", "approved;noted", "one_word_only"),
    ("facts.csv", 6, "outcome", "rejected", "reason_or_flag"),
    ("facts.csv", 6, "outcome", "", "needed_by_fact"),
    ("facts.csv", 6, "flags", "underskrevet", "unknown_word"),
    ("facts.csv", 6, "flags", "chair;mandate", "two_bases"),
    ("facts.csv", 6, "amount_kr", "12", "not_of_fact"),
    ("facts.csv", 6, "until", "2013-10-02", "until_not_here"),
    ("facts.csv", 6, "subject", "draft", "step_with_sent_back"),
    ("facts.csv", 6, "condition", "Hvis blot", "condition_with_outcome"),
    ("facts.csv", 6, "points", "content;*", "star_stands_alone"),
    ("facts.csv", 6, "points", "contract/culture", "unknown_point"),
    ("facts.csv", 6, "body", "folketinget", "unknown_body"),
    ("facts.csv", 6, "votes", "Liste 1 fem", "not_votes"),
    ("facts.csv", 6, "minority", "Liste 1", "not_a_minority"),
    ("facts.csv", 6, "amendments", "Punkt 2 udgår", "not_an_amendment"),
    ("facts.csv", 6, "recused", "fsb", "other_kind"),
    ("facts.csv", 6, "about", "tmu 2013", "not_a_decision"),
    ("facts.csv", 6, "about", "br/2013-08-01", "no_such_decision"),
    ("facts.csv", 7, "places", "tmu", "not_a_place"),
    ("facts.csv", 7, "places", "xyz 2013-10-10", "unknown_body"),
    ("facts.csv", 7, "document_number", "", "needed_by_fact"),
    ("facts.csv", 3, "subject", "ukendt", "unknown_party"),
    ("facts.csv", 9, "text", "a\x08b", "odd_character"),
    ("directory.csv", 2, "kind", "kontor", "unknown_word"),
    ("directory.csv", 2, "email", "ikke en adresse", "not_an_address"),
    ("directory.csv", 2, "email", "æ@kommune.example", "not_an_address"),
    ("directory.csv", 2, "digest", "yearly", "unknown_word"),
    ("directory.csv", 3, "roles", "secretary", "secretary_of_body"),
    ("directory.csv", 8, "body", "xyz", "unknown_id"),
    ("directory.csv", 3, "id", "bolig-byfornyelse", "party_twice"),
    ("reference/meetings.csv", 3, "on", "2011-08-16", "meeting_twice"),
    ("reference/meetings.csv", 3, "body", "xyz", "unknown_body"),
]


@pytest.mark.parametrize(("file", "line", "column", "cell", "code"), CELLS)
async def test_a_bad_cell_is_named_with_its_line_column_and_remedy(
    small: Path, access: Access, file: str, line: int, column: str, cell: str, code: str
) -> None:
    Table(small / file).set(line, **{column: cell})
    faults = await faults_of(small, access)
    found = {fault.code: fault for fault in faults}

    assert code in found, [fault.sentence("en") for fault in faults]
    assert found[code].place == Place(file, line)
    for lang in LANGUAGES:
        assert found[code].remedy(lang)
        assert found[code].sentence(lang).startswith(f"{file}:")


async def test_a_bad_cell_of_a_plan_is_the_only_fault(small: Path, access: Access) -> None:
    Table(small / "plans.csv").set(2, budget_kr="1.5")
    (fault,) = await faults_of(small, access)

    assert fault.code == "not_kroner"


async def test_all_faults_of_all_files_are_listed_at_once(small: Path, access: Access) -> None:
    Table(small / "plans.csv").set(2, budget_kr="1.5", start="i morgen")
    Table(small / "facts.csv").set(6, outcome="ja")
    Table(small / "directory.csv").set(2, email="hej")
    faults = await faults_of(small, access)
    places = {(fault.place.file, fault.place.line, fault.column) for fault in faults}

    assert {
        ("plans.csv", 2, "budget_kr"),
        ("plans.csv", 2, "start"),
        ("facts.csv", 6, "outcome"),
        ("directory.csv", 2, "email"),
    } <= places


async def test_with_one_fault_nothing_at_all_is_written(small: Path, access: Access) -> None:
    Table(small / "facts.csv").set(11, body="folketinget")
    await faults_of(small, access)

    for table in ("event", "text", "directory", "state_row", "imported_row", "import_flag"):
        assert await access.pool.fetchval(f"select count(*) from {table}") == 0, table


def _change(small: Path, file: str, change: object) -> None:
    path = small / file
    text = path.read_text(encoding="utf-8")
    path.write_bytes(change(text))  # type: ignore[operator]


FILES = [
    ("plans.csv", lambda t: t.encode("latin-1"), "not_utf8"),
    ("plans.csv", lambda t: t.encode("utf-16"), "not_utf8"),
    ("plans.csv", lambda t: t.replace("title", "titel", 1).encode(), "unknown_column"),
    ("plans.csv", lambda t: t.replace("title", "lead", 1).encode(), "column_twice"),
    ("plans.csv", lambda t: t.replace("title,", "", 1).encode(), "column_missing"),
    ("plans.csv", lambda t: t.replace(",", ";", 1).encode(), "mixed_separators"),
    ("plans.csv", lambda t: t.replace('"', "").encode(), "cells_differ"),
    ("plans.csv", lambda t: (t + '"åben').encode(), "bad_csv"),
    ("plans.csv", lambda t: t.replace("Slåen", "Sl\0en").encode(), "odd_character"),
    ("plan.csv", lambda t: t.encode(), "unknown_file"),
    ("plans.json", lambda t: b"[]", "twice_in_folder"),
    ("reference/areas.json", lambda t: b"{", "not_json"),
    ("reference/areas.json", lambda t: b'{"a": 1, "a": 2}', "not_json"),
    ("reference/areas.json", lambda t: b'[{"id": "x"}]', "bad_reference"),
    (
        "reference/routes.json",
        lambda t: t.replace("decides", "beslutter").encode(),
        "bad_reference",
    ),
    ("reference/route.json", lambda t: b"[]", "unknown_file"),
]


@pytest.mark.parametrize(("file", "change", "code"), FILES)
async def test_a_file_of_the_wrong_kind_is_named(
    small: Path, access: Access, file: str, change: object, code: str
) -> None:
    source = small / file
    if not source.exists():
        source.write_bytes((small / "plans.csv").read_bytes())
    _change(small, file, change)
    faults = await faults_of(small, access)

    assert code in {fault.code for fault in faults}, [fault.sentence("en") for fault in faults]
    assert {fault.place.file for fault in faults if fault.code == code} <= {file, "plans.json"}


async def test_the_line_of_a_wrong_encoding_is_named(small: Path, access: Access) -> None:
    _change(small, "facts.csv", lambda t: t.encode("latin-1"))
    (fault,) = await faults_of(small, access)

    assert (fault.code, fault.place.line) == ("not_utf8", 9)


async def test_lines_are_counted_as_an_editor_does_behind_a_text_of_two_lines(
    small: Path, access: Access
) -> None:
    facts = Table(small / "facts.csv")
    facts.set(9, text="Første linje\nanden linje")
    facts.set(11, body="folketinget")
    (fault,) = await faults_of(small, access)

    assert fault.place.line == 12


async def test_an_empty_folder_and_a_missing_one_say_so(tmp_path: Path, access: Access) -> None:
    (tmp_path / "empty").mkdir()

    assert [f.code for f in await faults_of(tmp_path / "empty", access)] == ["nothing_here"]
    assert [f.code for f in await faults_of(tmp_path / "none", access)] == ["no_such_file"]


JSON = [
    ([{"plan": "a", "title": 7}], "json_not_text"),
    ([{"plan": "a", "titel": "b"}], "unknown_column"),
    (["a"], "json_not_an_object"),
    ({"plan": "a"}, "json_not_a_list"),
    ([{"plan": "a", "title": "\ud800"}], "odd_character"),
]


@pytest.mark.parametrize(("data", "code"), JSON)
async def test_bad_json_rows_are_named_by_their_number(
    small: Path, access: Access, data: object, code: str
) -> None:
    (small / "plans.csv").unlink()
    (small / "plans.json").write_text(json.dumps(data), encoding="utf-8")
    faults = await faults_of(small, access)

    assert code in {fault.code for fault in faults}


async def test_a_second_separator_in_a_second_part_is_a_fault(
    tmp_path: Path, access: Access
) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"plans": [], "budgets": []}), encoding="utf-8")

    assert [f.code for f in await faults_of(path, access)] == ["unknown_part"]


IMPOSSIBLE = [
    ({"fact": "plan_resumed", "on": "2013-09-30"}, "not_suspended"),
    ({"fact": "condition_answered", "about": "oeu/2013-09-24", "text": "Ja"}, "no_condition"),
    ({"fact": "call_in_withdrawn", "about": "oeu/2013-09-24"}, "not_called_in"),
    (
        {"fact": "point_found_in_force", "points": "xyz", "document_number": "2013-1"},
        "unknown_point",
    ),
]


@pytest.mark.parametrize(("cells", "code"), IMPOSSIBLE)
async def test_what_cannot_have_happened_is_refused(
    small: Path, access: Access, cells: dict[str, str], code: str
) -> None:
    line = Table(small / "facts.csv").add(**{"plan": "slaaenhaven", "on": "2013-09-30"} | cells)
    (fault,) = await faults_of(small, access)

    assert (fault.code, fault.place.line) == (code, line)


async def test_a_decision_before_the_plan_was_submitted_is_refused(
    small: Path, access: Access
) -> None:
    facts = Table(small / "facts.csv")
    del facts.rows[2]
    facts.save()
    (fault,) = await faults_of(small, access)

    assert fault.code == "not_submitted"
