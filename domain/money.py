"""Answers: how are kroner divided so that the parts always add up to the whole?"""

from collections.abc import Mapping

WHOLE = 10_000
"""Basis points in the whole."""


def share_of(total_oere: int, basis_points: int) -> int:
    """A share in whole øre, rounded down: a ceiling of 12.5 % is never exceeded by an øre."""
    return total_oere * basis_points // WHOLE


def divide(total_oere: int, shares: Mapping[str, int], rest_to: str) -> dict[str, int]:
    """Divide a total by basis points that add up to the whole.

    Every part is rounded down, so that none exceeds its ceiling; the few øre that are left over
    go to `rest_to`, the party without one.
    """
    if sum(shares.values()) != WHOLE:
        raise ValueError("the shares must add up to 10,000 basis points")
    parts = {source: share_of(total_oere, points) for source, points in shares.items()}
    parts[rest_to] += total_oere - sum(parts.values())
    return parts
