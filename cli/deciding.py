"""Answers: which decision do the options, or one row of a meeting's form, describe?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from cli import cells
from cli.catalogue import bad_fields
from cli.problems import BadUsage
from cli.texts import Texts
from domain.plan.commands import CorrectEntry, RecordDecision
from domain.plan.decision import Basis, Outcome, Ruling, Sitting
from domain.plan.package import package
from domain.plan.progress import open_steps
from domain.plan.state import Decision, Plan


@dataclass(frozen=True, slots=True)
class Stated:
    """What was said about one body's decision, as it was written: nothing is read yet."""

    body: str | None = None
    meeting: str | None = None
    outcome: str | None = None
    points: Sequence[str] = ()
    reason: str | None = None
    no_reason: bool = False
    votes: Sequence[str] = ()
    condition: str | None = None
    answer_by: str | None = None
    postponed_to: str | None = None
    returned_to: str | None = None
    minority: str | None = None
    call_in: str | None = None
    recused: Sequence[str] = ()
    amendments_carried: Sequence[str] = ()
    amendments_lost: Sequence[str] = ()
    statements: Sequence[str] = ()
    reservations: Sequence[str] = ()
    closed: bool = False
    signed: bool = False
    basis: str | None = None
    item: str | None = None
    seat: str | None = None
    case_number: str | None = None
    document_number: str | None = None
    new: bool = False


@dataclass(slots=True)
class Read:
    """The same, read: fields of a sitting and a ruling; texts are named provisionally."""

    sitting: dict[str, Any] = field(default_factory=dict)
    ruling: dict[str, Any] = field(default_factory=dict)
    points: tuple[str, ...] = ()
    texts: Texts = field(default_factory=Texts)


def read(stated: Stated) -> Read:
    """Raises BadUsage for what cannot be read. Only what was stated is in the answer."""
    found = Read(points=cells.ids(stated.points, "--point"))
    found.sitting = _stated(
        body=stated.body,
        meeting_on=cells.day(stated.meeting, "--meeting"),
        agenda_item=stated.item,
        is_closed_item=stated.closed or None,
        is_provisional=False if stated.signed else None,
        basis=_word(stated.basis, Basis, "--basis"),
        recused=cells.ids(stated.recused, "--recused") or None,
        seat=stated.seat,
        case_number=stated.case_number,
        document_number=stated.document_number,
    )
    found.ruling = _stated(
        outcome=_word(stated.outcome, Outcome, "--outcome"),
        votes=cells.votes(stated.votes) or None,
        minutes_give_no_reason=stated.no_reason or None,
        answer_by=cells.day(stated.answer_by, "--answer-by"),
        postponed_to=cells.day(stated.postponed_to, "--postponed-to"),
        returned_to=stated.returned_to,
        minority=cells.minority(stated.minority),
        call_in=cells.call_in(stated.call_in),
    ) | _texts(stated, found.texts)
    return found


def _texts(stated: Stated, texts: Texts) -> dict[str, Any]:
    amendments = [
        {"text": texts.ref(each), "is_carried": True} for each in stated.amendments_carried
    ]
    amendments += [
        {"text": texts.ref(each), "is_carried": False} for each in stated.amendments_lost
    ]
    return _stated(
        reason=texts.maybe(stated.reason),
        condition=texts.maybe(stated.condition),
        amendments=amendments or None,
        minutes_statements=[texts.ref(each) for each in stated.statements] or None,
        reservations=[texts.ref(each) for each in stated.reservations] or None,
    )


def _stated(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "")}


def _word(text: str | None, kind: type[Outcome] | type[Basis], what: str) -> Any:
    if not text:
        return None
    try:
        return kind(text.replace("-", "_"))
    except ValueError:
        known = ", ".join(kind)
        raise BadUsage(
            f"{what}: {text} er ikke et af ordene {known}.",
            f"{what}: {text} is none of the words {known}.",
            known=list(kind),
        ) from None


def decision(plan: Plan, stated: Read, *, is_new: bool) -> RecordDecision:
    """One command for all the points; without points, those whose turn it is with the body."""
    _need(stated, "body", "meeting_on")
    points = stated.points or turns(plan, stated.sitting["body"])
    try:
        return RecordDecision(
            sitting=Sitting.model_validate(stated.sitting),
            rulings=tuple(Ruling.model_validate(stated.ruling | {"point": p}) for p in points),
            is_new_decision=is_new,
        )
    except ValidationError as error:
        raise bad_fields(error, RecordDecision) from error


def turns(plan: Plan, body: str) -> tuple[str, ...]:
    """The points that wait for a body now; the plan's content when none does.

    The plan then answers itself why the body cannot decide.
    """
    points = [item.point.id for item in package(plan)]
    waiting = [p for p in points if any(step.body == body for step in open_steps(plan, p))]
    return tuple(waiting or points[:1] or ["content"])


def _need(stated: Read, *keys: str) -> None:
    missing = [f"--{key.removesuffix('_on')}" for key in keys if key not in stated.sitting]
    if "outcome" not in stated.ruling:
        missing.append("--outcome")
    if missing:
        raise BadUsage(
            f"Der mangler {', '.join(missing)}.", f"{', '.join(missing)} missing.", missing=missing
        )


def correction(entry: Decision, stated: Read, reason: str) -> CorrectEntry:
    """The entry as it stands, with what was stated in its place."""
    ruling = entry.ruling.model_dump()
    if "outcome" in stated.ruling and stated.ruling["outcome"] != entry.ruling.outcome:
        ruling = {"point": entry.ruling.point, "votes": ruling["votes"]}
    if "reason" in stated.ruling:
        ruling |= {"minutes_give_no_reason": False}
    if stated.ruling.get("minutes_give_no_reason"):
        ruling |= {"reason": None}
    try:
        return CorrectEntry(
            decision=entry.id,
            sitting=Sitting.model_validate(entry.sitting.model_dump() | stated.sitting),
            ruling=Ruling.model_validate(ruling | stated.ruling),
            reason=stated.texts.ref(reason),
        )
    except ValidationError as error:
        raise bad_fields(error, CorrectEntry) from error


def merged(first: RecordDecision, other: RecordDecision) -> RecordDecision:
    """Two rows about the same plan at the same meeting are one command."""
    return first.model_copy(update={"rulings": first.rulings + other.rulings})


def stated_from(row: Mapping[str, Any]) -> Stated:
    """A row of a form file: the options' names, lists as lists or parted in one cell."""
    fields: dict[str, Any] = {}
    for key, value in row.items():
        if key in LISTS:
            fields[key] = _parts(value, LISTS[key])
        elif key in FLAGS:
            fields[key] = _flag(key, value)
        elif value not in (None, ""):
            fields[key] = str(value)
    return replace(Stated(), **fields)


LISTS = {
    "points": ";",
    "recused": ";",
    "votes": "|",
    "amendments_carried": "|",
    "amendments_lost": "|",
    "statements": "|",
    "reservations": "|",
}
"""The fields that hold several, and what parts them in a cell."""
FLAGS = frozenset({"no_reason", "closed", "signed", "new"})
COLUMNS = frozenset(Stated.__dataclass_fields__)
YES = {"ja", "yes", "true", "1", "x"}
NO = {"", "nej", "no", "false", "0"}


def _parts(value: Any, separator: str) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value or "").split(separator)
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _flag(key: str, value: Any) -> bool:
    said = str(value if value is not None else "").strip().lower()
    if said not in YES | NO:
        raise BadUsage(
            f"{key}: {value} er hverken ja eller nej.", f"{key}: {value} is neither yes nor no."
        )
    return said in YES


def day_of(command: RecordDecision) -> date:
    return command.sitting.meeting_on
