"""Plans of other kinds: registered, revised, ended and corrected, and what held on a day."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.other_plan import (
    CorrectOtherPlan,
    EndOtherPlan,
    OtherPlan,
    OtherPlanCommand,
    OtherPlanContent,
    OtherPlanKind,
    OtherPlanRevised,
    RegisterOtherPlan,
    ReviseOtherPlan,
    decide,
    evolve,
)
from domain.plan.context import Context
from domain.refusals import Refusal
from domain.values import TextRef
from tests.domain.city import REFERENCE

TODAY = date(2013, 10, 1)
CONTEXT = Context(TODAY, REFERENCE)
AREA = REFERENCE.areas[0].id
REASON = TextRef(id=UUID(int=1), digest="0" * 64)
CONTENT = OtherPlanContent(
    kind=OtherPlanKind.LETTING,
    title="Fleksibel udlejning",
    area=AREA,
    start=date(2012, 1, 1),
    end=date(2014, 12, 31),
    source="opdigtet",
)
LONGER = CONTENT.model_copy(update={"end": date(2015, 12, 31)})


def given(*commands: OtherPlanCommand) -> OtherPlan | None:
    plan: OtherPlan | None = None
    for command in commands:
        for event in decide(plan, command, CONTEXT):
            plan = evolve(plan, event)
    return plan


def plan(*commands: OtherPlanCommand) -> OtherPlan:
    found = given(REGISTERED, *commands)
    assert found is not None
    return found


REGISTERED = RegisterOtherPlan(on=date(2011, 12, 1), content=CONTENT)
REVISED = ReviseOtherPlan(on=date(2013, 5, 1), content=LONGER)
ENDED = EndOtherPlan(on=date(2013, 9, 1), last_day=date(2013, 12, 31))


def test_a_revision_holds_from_its_own_day() -> None:
    revised = plan(REVISED)

    assert [
        found.content.end if (found := revised.as_of(day)) else None
        for day in (date(2011, 11, 30), date(2012, 1, 1), date(2013, 4, 30), date(2013, 5, 1))
    ] == [None, date(2014, 12, 31), date(2014, 12, 31), date(2015, 12, 31)]


def test_the_same_content_again_brings_nothing() -> None:
    assert decide(plan(), ReviseOtherPlan(content=CONTENT), CONTEXT) == []


def test_without_a_day_it_holds_from_today() -> None:
    (event,) = decide(plan(), ReviseOtherPlan(content=LONGER), CONTEXT)

    assert event == OtherPlanRevised(on=TODAY, content=LONGER)


def test_an_ended_plan_has_another_last_day() -> None:
    ended = plan(ENDED)

    assert (ended.is_ended, ended.content.end) == (True, date(2013, 12, 31))


def test_a_corrected_entry_holds_as_if_it_had_been_right_from_its_day() -> None:
    mended = CorrectOtherPlan(entry=1, content=LONGER, reason=REASON)
    then = plan(mended).as_of(date(2012, 1, 1))

    assert then is not None
    assert then.content.end == date(2015, 12, 31)


def test_a_mistyped_last_day_is_corrected() -> None:
    mended = CorrectOtherPlan(entry=2, last_day=date(2014, 1, 31), reason=REASON)

    assert plan(ENDED, mended).content.end == date(2014, 1, 31)


def test_a_plan_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValidationError):
        OtherPlanContent.model_validate(CONTENT.model_dump() | {"end": date(2011, 1, 1)})


def test_a_plan_is_registered_once() -> None:
    with pytest.raises(Refusal, match="other_plan_exists"):
        decide(plan(), REGISTERED, CONTEXT)


def test_what_was_not_registered_cannot_be_revised() -> None:
    with pytest.raises(Refusal, match="no_such_other_plan"):
        decide(None, REVISED, CONTEXT)


def test_what_is_ended_cannot_be_revised() -> None:
    with pytest.raises(Refusal, match="other_plan_ended"):
        decide(plan(ENDED), ReviseOtherPlan(content=LONGER), CONTEXT)


def test_a_day_ahead_is_refused() -> None:
    with pytest.raises(Refusal, match="day_in_future"):
        decide(plan(), ReviseOtherPlan(on=date(2013, 10, 2), content=LONGER), CONTEXT)


def test_a_day_before_the_last_entry_is_refused() -> None:
    with pytest.raises(Refusal, match="day_too_early"):
        decide(plan(REVISED), EndOtherPlan(on=date(2013, 4, 1), last_day=TODAY), CONTEXT)


def test_an_unknown_area_is_refused() -> None:
    content = CONTENT.model_copy(update={"area": "atlantis"})
    with pytest.raises(Refusal, match="unknown_area"):
        decide(None, RegisterOtherPlan(content=content), CONTEXT)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(Refusal, match="ends_before_start"):
        decide(plan(), EndOtherPlan(last_day=date(2011, 1, 1)), CONTEXT)


def test_a_correction_names_an_entry_that_is_there() -> None:
    with pytest.raises(Refusal, match="no_such_entry"):
        decide(plan(), CorrectOtherPlan(entry=2, content=LONGER, reason=REASON), CONTEXT)


def test_a_correction_says_the_same_sort_of_thing() -> None:
    wrong = CorrectOtherPlan(entry=1, last_day=TODAY, reason=REASON)
    with pytest.raises(Refusal, match="correction_of_other_entry"):
        decide(plan(), wrong, CONTEXT)


def test_a_correction_corrects_something() -> None:
    with pytest.raises(Refusal, match="entry_unchanged"):
        decide(plan(), CorrectOtherPlan(entry=1, content=CONTENT, reason=REASON), CONTEXT)


def test_a_corrected_day_stays_before_the_next_entry() -> None:
    late = CorrectOtherPlan(entry=1, on=date(2013, 6, 1), content=CONTENT, reason=REASON)
    with pytest.raises(Refusal, match="day_after_next_entry"):
        decide(plan(REVISED), late, CONTEXT)
