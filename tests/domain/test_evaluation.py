"""The yearly evaluation: asked, reminded, answered, overdue, concluded, compared."""

from datetime import date
from uuid import UUID

import pytest

from domain.evaluation import (
    AnswerEvaluation,
    AskedForum,
    AskedSide,
    Assessment,
    Change,
    ConcludeEvaluation,
    CorrectAnswer,
    Evaluation,
    EvaluationCommand,
    EvaluationConcluded,
    EvaluationReminded,
    OpenEvaluation,
    RemindEvaluation,
    Side,
    change,
    decide,
    evolve,
)
from domain.plan.context import Context
from domain.reference import BodyKind
from domain.refusals import Refusal
from domain.values import TextRef
from tests.domain.city import REFERENCE

FORUM = next(body.id for body in REFERENCE.bodies if body.kind is BodyKind.FORUM)
TEXT = TextRef(id=UUID(int=1), digest="0" * 64)
DUE = date(2013, 9, 30)
CITY = AskedSide(forum=FORUM, side=Side.MUNICIPALITY)
HOUSING = AskedSide(forum=FORUM, side=Side.ORGANISATIONS)
OPEN = OpenEvaluation(
    year=2013,
    on=date(2013, 8, 1),
    due_on=DUE,
    fora=(AskedForum(forum=FORUM, plans=("nv-life",)),),
    reminders=(-14, 0, 14),
)
WELL = AnswerEvaluation(part=CITY, on=date(2013, 9, 2), assessment=Assessment.WORKS_WELL)


def context(day: date = date(2013, 10, 1)) -> Context:
    return Context(day, REFERENCE)


def given(*commands: EvaluationCommand) -> Evaluation:
    found: Evaluation | None = None
    for command in (OPEN, *commands):
        for event in decide(found, command, context()):
            found = evolve(found, event)
    assert found is not None
    return found


def standing(found: Evaluation, asked: AskedSide, day: date) -> str:
    part = found.part(asked)
    assert part is not None
    return found.standing(part, day)


def test_both_sides_of_every_forum_are_asked_with_their_plans() -> None:
    assert [(p.forum, p.side, p.plans) for p in given().parts] == [
        (FORUM, Side.MUNICIPALITY, ("nv-life",)),
        (FORUM, Side.ORGANISATIONS, ("nv-life",)),
    ]


def test_what_is_not_answered_by_its_day_is_overdue_the_day_after() -> None:
    found = given(WELL)

    assert [standing(found, HOUSING, day) for day in (DUE, date(2013, 10, 1))] == [
        "awaited",
        "overdue",
    ]
    assert standing(found, CITY, date(2013, 10, 1)) == "answered"


def test_reminder_days_are_promised_beforehand() -> None:
    days = (date(2013, 9, 16), date(2013, 9, 30), date(2013, 10, 14))

    assert given().reminder_days() == days


def test_only_who_has_not_answered_is_reminded() -> None:
    (event,) = decide(given(WELL), RemindEvaluation(on=DUE), context())

    assert event == EvaluationReminded(on=DUE, parts=(HOUSING,))


def test_a_reminder_of_one_day_is_given_once() -> None:
    with pytest.raises(Refusal, match="no_reminder_owed"):
        decide(given(RemindEvaluation(on=DUE)), RemindEvaluation(), context())


def test_a_missed_reminder_is_owed_until_it_is_given() -> None:
    found = given(RemindEvaluation(on=date(2013, 9, 16)))
    part = found.part(HOUSING)
    assert part is not None

    assert found.owed_reminder(part, date(2013, 10, 5)) == DUE


def test_a_corrected_answer_replaces_the_one_that_was_mistyped() -> None:
    mended = CorrectAnswer(part=CITY, assessment=Assessment.WORKS_PARTLY, reason=TEXT)
    part = given(WELL, mended).part(CITY)

    assert part is not None
    assert (part.assessment, part.answered_on, part.corrections) == (
        Assessment.WORKS_PARTLY,
        date(2013, 9, 2),
        1,
    )


def test_concluding_names_the_parts_that_never_came() -> None:
    (event,) = decide(given(WELL), ConcludeEvaluation(statement=TEXT), context())

    assert isinstance(event, EvaluationConcluded)
    assert event.missing == (HOUSING,)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (Assessment.WORKS_WELL, Assessment.WORKS_PARTLY, Change.BETTER),
        (Assessment.WORKS_POORLY, Assessment.WORKS_PARTLY, Change.WORSE),
        (Assessment.WORKS_WELL, Assessment.WORKS_WELL, Change.SAME),
    ],
)
def test_a_part_is_compared_with_the_year_before(
    now: Assessment, before: Assessment, expected: Change
) -> None:
    here, there = (
        given(WELL.model_copy(update={"assessment": each})).part(CITY) for each in (now, before)
    )
    assert here is not None

    assert change(here, there) is expected


def test_what_was_not_asked_or_answered_has_no_comparison() -> None:
    here, unanswered = given(WELL).part(CITY), given().part(CITY)
    assert here is not None

    assert (change(here, None), change(here, unanswered)) == (Change.NEW, Change.UNKNOWN)


def test_a_year_is_evaluated_once() -> None:
    with pytest.raises(Refusal, match="evaluation_exists"):
        decide(given(), OPEN, context())


def test_a_year_that_has_not_begun_is_not_evaluated() -> None:
    with pytest.raises(Refusal, match="year_not_begun"):
        decide(None, OPEN.model_copy(update={"year": 2014}), context())


def test_the_due_day_is_after_the_opening() -> None:
    with pytest.raises(Refusal, match="due_before_opening"):
        decide(None, OPEN.model_copy(update={"due_on": OPEN.on}), context())


def test_only_fora_are_asked() -> None:
    asked = (AskedForum(forum="tmu"),)
    with pytest.raises(Refusal, match="unknown_forum"):
        decide(None, OPEN.model_copy(update={"fora": asked}), context())


def test_what_was_not_opened_cannot_be_answered() -> None:
    with pytest.raises(Refusal, match="no_such_evaluation"):
        decide(None, WELL, context())


def test_a_forum_that_was_not_asked_cannot_answer() -> None:
    stranger = AskedSide(forum="forum-elsewhere", side=Side.MUNICIPALITY)
    with pytest.raises(Refusal, match="no_such_part"):
        decide(given(), WELL.model_copy(update={"part": stranger}), context())


def test_a_part_is_answered_once() -> None:
    with pytest.raises(Refusal, match="part_already_answered"):
        decide(given(WELL), WELL, context())


def test_only_an_answer_can_be_corrected() -> None:
    mended = CorrectAnswer(part=HOUSING, assessment=Assessment.WORKS_WELL, reason=TEXT)
    with pytest.raises(Refusal, match="part_not_answered"):
        decide(given(), mended, context())


def test_a_correction_changes_something() -> None:
    mended = CorrectAnswer(part=CITY, assessment=Assessment.WORKS_WELL, reason=TEXT)
    with pytest.raises(Refusal, match="answer_unchanged"):
        decide(given(WELL), mended, context())


def test_it_is_not_concluded_in_silence_while_parts_are_missing() -> None:
    with pytest.raises(Refusal, match="parts_missing"):
        decide(given(WELL), ConcludeEvaluation(), context())


def test_what_is_concluded_takes_no_more_answers() -> None:
    ended = given(ConcludeEvaluation(statement=TEXT))
    with pytest.raises(Refusal, match="evaluation_concluded"):
        decide(ended, WELL, context())
