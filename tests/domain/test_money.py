"""Shares are whole øre, never above a ceiling, and always add up to the whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import WHOLE, divide, share_of

TOTALS = st.integers(0, 10**15)
CUTS = st.lists(st.integers(0, WHOLE), max_size=6).map(lambda cuts: [0, *sorted(cuts), WHOLE])


def shares_from(cuts: list[int]) -> dict[str, int]:
    return {f"s{n}": high - low for n, (low, high) in enumerate(pairwise(cuts))}


def test_an_eighth_of_twelve_million_is_one_and_a_half() -> None:
    assert share_of(12_000_000_00, 1250) == 1_500_000_00


def test_a_ceiling_is_rounded_down_to_the_oere() -> None:
    assert share_of(15, 1250) == 1


@given(TOTALS, st.integers(0, WHOLE))
def test_a_share_is_less_than_one_oere_below_its_exact_part(total: int, points: int) -> None:
    assert 0 <= total * points - share_of(total, points) * WHOLE < WHOLE


def test_the_usual_shares_divide_a_round_budget_exactly() -> None:
    parts = divide(12_000_000_00, {"lbf": 7500, "pool": 1250, "housing_organisation": 1250}, "pool")

    assert parts == {
        "lbf": 9_000_000_00,
        "pool": 1_500_000_00,
        "housing_organisation": 1_500_000_00,
    }


def test_the_oere_left_over_go_to_the_party_named() -> None:
    assert divide(10, {"lbf": 6667, "own": 3333}, "own") == {"lbf": 6, "own": 4}


@given(TOTALS, CUTS)
def test_the_parts_always_add_up_to_the_whole(total: int, cuts: list[int]) -> None:
    parts = divide(total, shares_from(cuts), "s0")

    assert sum(parts.values()) == total
    assert min(parts.values()) >= 0


@given(TOTALS, CUTS)
def test_only_the_party_that_takes_the_rest_is_above_its_share(total: int, cuts: list[int]) -> None:
    shares = shares_from(cuts)
    parts = divide(total, shares, "s0")

    assert {s for s, part in parts.items() if part > share_of(total, shares[s])} <= {"s0"}


@pytest.mark.parametrize("shares", [{}, {"lbf": 7500}, {"lbf": 7500, "pool": 2501}])
def test_shares_that_are_not_the_whole_are_refused(shares: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="10,000"):
        divide(100, shares, "own")
