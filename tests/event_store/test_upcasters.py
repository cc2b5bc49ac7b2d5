"""Old data is lifted to today's shape on reading, step by step."""

from typing import Any

import pytest

from infrastructure.event_store.upcasters import Upcasters


@pytest.fixture
def upcasters() -> Upcasters:
    upcasters = Upcasters()

    @upcasters.register("plan_moved", 1)
    def _split(data: dict[str, Any]) -> dict[str, Any]:
        start, end = data.pop("period")
        return {**data, "start": start, "end": end}

    @upcasters.register("plan_moved", 2)
    def _reason(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "reason": None}

    return upcasters


def test_data_is_lifted_over_all_versions(upcasters: Upcasters) -> None:
    lifted = upcasters.lift("plan_moved", {"v": 1, "period": ["a", "b"]})

    assert lifted == {"v": 3, "start": "a", "end": "b", "reason": None}


def test_data_without_a_version_is_the_first(upcasters: Upcasters) -> None:
    assert upcasters.lift("plan_moved", {"period": ["a", "b"]})["v"] == 3


def test_the_newest_data_is_left_alone(upcasters: Upcasters) -> None:
    newest = {"v": 3, "start": "a"}

    assert upcasters.lift("plan_moved", newest) is newest


def test_what_was_given_is_not_changed(upcasters: Upcasters) -> None:
    stored = {"v": 1, "period": ["a", "b"]}

    upcasters.lift("plan_moved", stored)

    assert stored == {"v": 1, "period": ["a", "b"]}


def test_one_step_has_one_upcaster(upcasters: Upcasters) -> None:
    with pytest.raises(ValueError, match="already"):
        upcasters.register("plan_moved", 1)(dict)


def test_newest_counts_the_steps(upcasters: Upcasters) -> None:
    assert (upcasters.newest("plan_moved"), upcasters.newest("plan_noted")) == (3, 1)
