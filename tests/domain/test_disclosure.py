"""Small counts of persons are not shown."""

from decimal import Decimal

import pytest

from domain.disclosure import is_small


@pytest.mark.parametrize(
    ("value", "unit", "hidden"),
    [
        ("4", "personer", True),
        ("5", "personer", False),
        ("0", "personer", False),
        ("0.5", "beboere", True),
        ("3", "husstande", True),
        ("3", "procent", False),
        ("3", "andel af aktivitetens deltagere i procent", False),
        ("3", "mio. kr.", False),
        ("3", "et ord, som ingen kender", True),
    ],
)
def test_a_count_under_the_limit_is_small(value: str, unit: str, hidden: bool) -> None:
    assert is_small(Decimal(value), unit, 5) is hidden
