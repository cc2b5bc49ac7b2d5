"""docs/events.md names every event type of the code with its fields, and no other."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from domain.evaluation import EvaluationEvent
from domain.notices import LedgerEvent
from domain.other_plan import OtherPlanEvent
from domain.plan.events import PlanEvent
from domain.reference import KINDS, ReferencePublished

DOCUMENT = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\| (\d+\.\d+) \|$", re.MULTILINE)
ON_EVERY_EVENT = {"type", "v", "on"}


def types(union: Any) -> dict[str, Any]:
    return {
        str(model.model_fields["type"].default): model for model in get_args(get_args(union)[0])
    }


KNOWN = {
    "reference_published": ReferencePublished,
    **types(PlanEvent),
    **types(LedgerEvent),
    **types(OtherPlanEvent),
    **types(EvaluationEvent),
}
DOCUMENTED = {name: fields for name, _, fields, _ in ROW.findall(DOCUMENT)}


def test_every_event_type_is_documented_and_nothing_else() -> None:
    assert set(DOCUMENTED) == set(KNOWN)


def test_no_event_type_is_documented_twice() -> None:
    assert len(ROW.findall(DOCUMENT)) == len(DOCUMENTED)


@pytest.mark.parametrize("event_type", sorted(KNOWN))
def test_the_fields_of_an_event_are_documented(event_type: str) -> None:
    fields = set(KNOWN[event_type].model_fields) - ON_EVERY_EVENT

    assert [field for field in fields if f"`{field}`" not in DOCUMENTED[event_type]] == []


@pytest.mark.parametrize("event_type", sorted(KNOWN))
def test_a_field_that_may_be_missing_is_in_italics(event_type: str) -> None:
    optional = {
        name
        for name, field in KNOWN[event_type].model_fields.items()
        if name not in ON_EVERY_EVENT and field.default is None and not field.is_required()
    }

    assert set(re.findall(r"\*`(\w+)`\*", DOCUMENTED[event_type])) == optional


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_reference_data_is_documented(kind: str) -> None:
    assert f"`{kind}`" in DOCUMENT


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """The model and all that it is made of."""
    found = {model}
    waiting: list[Any] = [field.annotation for field in model.model_fields.values()]
    while waiting:
        each = waiting.pop()
        waiting.extend(get_args(each))
        if isinstance(each, type) and issubclass(each, BaseModel) and each not in found:
            found |= models(each)
    return found


@pytest.mark.parametrize("event_type", sorted(KNOWN))
def test_what_may_be_none_may_be_missing_for_the_log_leaves_it_out(event_type: str) -> None:
    unreadable = [
        f"{model.__name__}.{name}"
        for model in models(KNOWN[event_type])
        for name, field in model.model_fields.items()
        if type(None) in get_args(field.annotation) and field.is_required()
    ]

    assert unreadable == []
