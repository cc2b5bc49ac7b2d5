"""Answers: which numbers are so small that they could point at persons?"""

from decimal import Decimal

NOT_OF_PERSONS = frozenset(
    {"procent", "%", "andel", "kr", "point", "timer", "kvadratmeter", "m2", "aktiviteter"}
)
"""Units with one of these words measure no persons; any other unit is taken to count them."""


def counts_persons(unit: str) -> bool:
    """When in doubt, yes."""
    words = unit.lower().replace(".", " ").split()
    return not any(word in NOT_OF_PERSONS or word.endswith("procent") for word in words)


def is_small(value: Decimal, unit: str, limit: int) -> bool:
    """A count of persons under the limit; none at all points at nobody."""
    return counts_persons(unit) and 0 < abs(value) < limit
