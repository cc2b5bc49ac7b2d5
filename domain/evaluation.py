"""Answers: how stands the city's yearly evaluation of the collaboration with the plans [F12 F14]?

One for the city each year, a part per forum, both sides asked. What is asked, and the words of an
assessment, are in no source [G].
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, assert_never

from pydantic import Field

from domain.plan.context import Context
from domain.reference import BodyKind
from domain.refusals import Refusal
from domain.values import CaseNumber, Slug, TextRef, Value


class Side(StrEnum):
    MUNICIPALITY = "municipality"
    ORGANISATIONS = "organisations"


class Assessment(StrEnum):
    """How the collaboration works, the best first."""

    WORKS_WELL = "works_well"
    WORKS_PARTLY = "works_partly"
    WORKS_POORLY = "works_poorly"


class AskedForum(Value):
    """One forum's part: the plans whose collaboration is evaluated."""

    forum: Slug
    plans: tuple[Slug, ...] = ()


class AskedSide(Value):
    """One side of one forum: what is answered and reminded."""

    forum: Slug
    side: Side


class EvaluationFact(Value):
    v: Literal[1] = 1
    on: date


class EvaluationOpened(EvaluationFact):
    """Both sides of every forum are asked. `reminders` are days before (negative) or after."""

    type: Literal["evaluation_opened"] = "evaluation_opened"
    year: int
    due_on: date
    fora: tuple[AskedForum, ...]
    reminders: tuple[int, ...]


class EvaluationReminded(EvaluationFact):
    type: Literal["evaluation_reminded"] = "evaluation_reminded"
    parts: tuple[AskedSide, ...]


class EvaluationAnswered(EvaluationFact):
    type: Literal["evaluation_answered"] = "evaluation_answered"
    part: AskedSide
    assessment: Assessment
    statement: TextRef | None = None
    document_number: CaseNumber | None = None


class EvaluationAnswerCorrected(EvaluationFact):
    """An answer was entered wrongly; `on` is the answer's own day."""

    type: Literal["evaluation_answer_corrected"] = "evaluation_answer_corrected"
    part: AskedSide
    assessment: Assessment
    statement: TextRef | None = None
    document_number: CaseNumber | None = None
    reason: TextRef


class EvaluationConcluded(EvaluationFact):
    """`missing` names the parts that never came."""

    type: Literal["evaluation_concluded"] = "evaluation_concluded"
    statement: TextRef | None = None
    missing: tuple[AskedSide, ...] = ()


EvaluationEvent = Annotated[
    EvaluationOpened
    | EvaluationReminded
    | EvaluationAnswered
    | EvaluationAnswerCorrected
    | EvaluationConcluded,
    Field(discriminator="type"),
]


class OpenEvaluation(Value):
    year: int = Field(ge=2000, le=2200)
    on: date | None = None
    due_on: date
    fora: tuple[AskedForum, ...]
    reminders: tuple[Annotated[int, Field(ge=-365, le=365)], ...] = (-30, -14, 0, 14, 30)
    """[G]"""


class RemindEvaluation(Value):
    """Say that whoever is owed a reminder has been reminded."""

    on: date | None = None


class AnswerEvaluation(Value):
    part: AskedSide
    on: date | None = None
    assessment: Assessment
    statement: TextRef | None = None
    document_number: CaseNumber | None = None


class CorrectAnswer(Value):
    part: AskedSide
    on: date | None = None
    assessment: Assessment
    statement: TextRef | None = None
    document_number: CaseNumber | None = None
    reason: TextRef


class ConcludeEvaluation(Value):
    """`statement` must say why, when parts are missing."""

    on: date | None = None
    statement: TextRef | None = None


EvaluationCommand = (
    OpenEvaluation | RemindEvaluation | AnswerEvaluation | CorrectAnswer | ConcludeEvaluation
)


@dataclass(frozen=True, slots=True)
class EvaluationPart:
    """One side of one forum, and what it said."""

    forum: str
    side: Side
    plans: tuple[str, ...]
    reminded_on: tuple[date, ...] = ()
    answered_on: date | None = None
    assessment: Assessment | None = None
    statement: TextRef | None = None
    document_number: str | None = None
    corrections: int = 0

    @property
    def asked(self) -> AskedSide:
        return AskedSide(forum=self.forum, side=self.side)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The city's evaluation of one year."""

    year: int
    opened_on: date
    due_on: date
    reminders: tuple[int, ...]
    parts: tuple[EvaluationPart, ...] = ()
    concluded_on: date | None = None
    statement: TextRef | None = None
    missing: tuple[AskedSide, ...] = field(default=())

    def part(self, asked: AskedSide) -> EvaluationPart | None:
        return next((each for each in self.parts if each.asked == asked), None)

    def reminder_days(self) -> tuple[date, ...]:
        """Promised before they are due: every day on which whoever is missing is reminded."""
        days = (self.due_on + timedelta(days=each) for each in sorted(self.reminders))
        return tuple(day for day in days if day > self.opened_on)

    def unanswered(self) -> Iterator[EvaluationPart]:
        return (part for part in self.parts if part.answered_on is None)

    def owed_reminder(self, part: EvaluationPart, today: date) -> date | None:
        """The last promised day that has come without this part being reminded since."""
        if part.answered_on is not None or self.concluded_on is not None:
            return None
        come = [day for day in self.reminder_days() if day <= today]
        if not come or any(day >= come[-1] for day in part.reminded_on):
            return None
        return come[-1]

    def standing(self, part: EvaluationPart, today: date) -> str:
        """`answered`, `missing` once concluded, `overdue` after the day, else `awaited`."""
        if part.answered_on is not None:
            return "answered"
        if self.concluded_on is not None:
            return "missing"
        return "overdue" if today > self.due_on else "awaited"


def evolve(evaluation: Evaluation | None, event: EvaluationEvent) -> Evaluation:
    """The evaluation after one more event."""
    if isinstance(event, EvaluationOpened):
        parts = tuple(
            EvaluationPart(each.forum, side, each.plans) for each in event.fora for side in Side
        )
        return Evaluation(event.year, event.on, event.due_on, event.reminders, parts)
    assert evaluation is not None
    match event:
        case EvaluationReminded():
            return _with(
                evaluation,
                [
                    replace(part, reminded_on=(*part.reminded_on, event.on))
                    for part in evaluation.parts
                    if part.asked in event.parts
                ],
            )
        case EvaluationAnswered() | EvaluationAnswerCorrected():
            part = evaluation.part(event.part)
            assert part is not None
            answered = replace(
                part,
                answered_on=event.on,
                assessment=event.assessment,
                statement=event.statement,
                document_number=event.document_number,
                corrections=part.corrections + isinstance(event, EvaluationAnswerCorrected),
            )
            return _with(evaluation, [answered])
        case EvaluationConcluded():
            return replace(
                evaluation,
                concluded_on=event.on,
                statement=event.statement,
                missing=event.missing,
            )
        case _:
            assert_never(event)


def _with(evaluation: Evaluation, changed: Sequence[EvaluationPart]) -> Evaluation:
    by_asked = {(part.forum, part.side): part for part in changed}
    parts = tuple(by_asked.get((part.forum, part.side), part) for part in evaluation.parts)
    return replace(evaluation, parts=parts)


def decide(
    evaluation: Evaluation | None, command: EvaluationCommand, context: Context
) -> Sequence[EvaluationEvent]:
    """The events that a command brings. Raises `Refusal`."""
    on = command.on or context.today
    if on > context.today:
        raise Refusal("day_in_future", on=on.isoformat(), today=context.today.isoformat())
    if isinstance(command, OpenEvaluation):
        return [_opened(evaluation, command, on, context)]
    if evaluation is None:
        raise Refusal("no_such_evaluation")
    if evaluation.concluded_on is not None and not isinstance(command, CorrectAnswer):
        raise Refusal("evaluation_concluded", on=evaluation.concluded_on.isoformat())
    if on < evaluation.opened_on:
        opened = evaluation.opened_on.isoformat()
        raise Refusal("day_too_early", on=on.isoformat(), earliest=opened)
    match command:
        case RemindEvaluation():
            return [_reminded(evaluation, on)]
        case AnswerEvaluation():
            part = _known_part(evaluation, command.part)
            if part.answered_on is not None:
                raise Refusal("part_already_answered", on=part.answered_on.isoformat())
            return [EvaluationAnswered(on=on, **command.model_dump(exclude={"on"}))]
        case CorrectAnswer():
            return [_corrected(evaluation, command)]
        case ConcludeEvaluation():
            missing = tuple(part.asked for part in evaluation.unanswered())
            if missing and command.statement is None:
                parts = [f"{each.forum}/{each.side}" for each in missing]
                raise Refusal("parts_missing", parts=parts)
            return [EvaluationConcluded(on=on, statement=command.statement, missing=missing)]
        case _:
            assert_never(command)


def _opened(
    evaluation: Evaluation | None, command: OpenEvaluation, on: date, context: Context
) -> EvaluationOpened:
    if evaluation is not None:
        raise Refusal(
            "evaluation_exists", year=evaluation.year, on=evaluation.opened_on.isoformat()
        )
    if command.year > context.today.year:
        raise Refusal("year_not_begun", year=command.year)
    if command.due_on <= on:
        raise Refusal("due_before_opening", due=command.due_on.isoformat(), on=on.isoformat())
    known = {b.id for b in context.reference.bodies if b.kind is BodyKind.FORUM}
    named = [each.forum for each in command.fora]
    unknown = sorted(set(named) - known)
    if unknown or not named or len(set(named)) < len(named):
        raise Refusal("unknown_forum", fora=unknown or named, known=sorted(known))
    return EvaluationOpened(on=on, **command.model_dump(exclude={"on"}))


def _reminded(evaluation: Evaluation, on: date) -> EvaluationReminded:
    owed = tuple(p.asked for p in evaluation.parts if evaluation.owed_reminder(p, on) is not None)
    if not owed:
        raise Refusal("no_reminder_owed", days=[d.isoformat() for d in evaluation.reminder_days()])
    return EvaluationReminded(on=on, parts=owed)


def _corrected(evaluation: Evaluation, command: CorrectAnswer) -> EvaluationAnswerCorrected:
    part = _known_part(evaluation, command.part)
    if part.answered_on is None:
        raise Refusal("part_not_answered")
    on = command.on or part.answered_on
    said = (on, command.assessment, command.statement, command.document_number)
    if said == (part.answered_on, part.assessment, part.statement, part.document_number):
        raise Refusal("answer_unchanged")
    return EvaluationAnswerCorrected(on=on, **command.model_dump(exclude={"on"}))


def _known_part(evaluation: Evaluation, asked: AskedSide) -> EvaluationPart:
    part = evaluation.part(asked)
    if part is None:
        known = sorted({each.forum for each in evaluation.parts})
        raise Refusal("no_such_part", forum=asked.forum, known=known)
    return part


class Change(StrEnum):
    """A part beside the same part of the year before."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    NEW = "new"
    UNKNOWN = "unknown"
    """One of the two has no answer."""


def change(now: EvaluationPart, before: EvaluationPart | None) -> Change:
    """How an assessment compares with last year's."""
    if before is None:
        return Change.NEW
    if now.assessment is None or before.assessment is None:
        return Change.UNKNOWN
    ranks = list(Assessment)
    here, there = ranks.index(now.assessment), ranks.index(before.assessment)
    return Change.SAME if here == there else Change.BETTER if here < there else Change.WORSE
