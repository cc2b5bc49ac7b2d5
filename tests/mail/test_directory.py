"""The directory: who fills a role, which addresses are accepted, and rows as a spreadsheet has them."""

import csv
from pathlib import Path

import pytest
from pydantic import ValidationError

from infrastructure.directory import Parties, party_of_row
from tests.mail.conftest import PARTIES

SAMPLE = Path(__file__).parents[2] / "examples/koebenhavn/directory.csv"


def sample() -> Parties:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        parties = [party_of_row(row) for row in csv.DictReader(file)]
    return Parties({party.id: party for party in parties})


def test_the_samples_directory_is_read() -> None:
    assert sample().by_id["bf-rosenly"].digest == "weekly"


def test_the_head_of_office_is_found_by_role() -> None:
    assert [party.id for party in sample().resolve("role:head_of_office")] == ["p-0005"]


def test_a_bodys_secretariat_is_found_by_role_and_body() -> None:
    assert [party.id for party in sample().resolve("role:secretary/tmu")] == ["sekretariat-tmu"]


def test_a_party_without_an_address_is_no_recipient() -> None:
    assert sample().recipient("bf-engdraget") is None


def test_an_unknown_id_is_no_recipient() -> None:
    assert Parties({p.id: p for p in PARTIES}).recipient("nobody") is None


@pytest.mark.parametrize(
    "email", ["kim", "a b@c.dk", "a@b", "x@y.dk\nBcc: z@w.dk", "<a@b.dk>", "å@b.dk"]
)
def test_what_is_no_plain_address_is_refused_when_it_is_entered(email: str) -> None:
    with pytest.raises(ValidationError):
        party_of_row({"id": "x", "kind": "organisation", "name": "X", "email": email})
