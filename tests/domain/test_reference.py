"""Reference data is published in versions, and only in its own shape."""

from datetime import date

import pytest

from domain.reference import publish, with_published
from domain.refusals import Refusal
from tests.domain.city import REFERENCE

TODAY = date(2013, 10, 1)
GOALS = [{"id": "goal-1", "da": "trygge byområder", "en": "safe areas"}]


def test_new_content_is_one_event_and_one_more_version() -> None:
    (event,) = publish(REFERENCE, "goals", GOALS, TODAY)  # type: ignore[arg-type]

    after = with_published(REFERENCE, event)

    assert (after.goals[0].da, after.versions) == ("trygge byområder", {"routes": 1, "goals": 1})
    assert publish(after, "goals", GOALS, TODAY) == []  # type: ignore[arg-type]


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown_reference_kind"):
        publish(REFERENCE, "recipes", [], TODAY)


def test_content_of_another_shape_is_refused() -> None:
    with pytest.raises(Refusal, match="bad_reference"):
        publish(REFERENCE, "goals", [{"id": "No Slug"}], TODAY)


def test_a_named_route_is_found_and_the_newest_of_a_day_is_taken() -> None:
    assert REFERENCE.route("2007") is not None
    assert REFERENCE.route("1999") is None
    assert [
        getattr(REFERENCE.route_on(date(year, 6, 1)), "id", None) for year in (2006, 2007, 2013)
    ] == [
        "2006",
        "2007",
        "2012",
    ]
