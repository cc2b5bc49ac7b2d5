"""Answers: what does a script change about what is expected, and is it written as it should be?

The format is described in docs/rehearsal.md.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from json.decoder import JSONDecodeError, JSONDecoder, scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid5

from pydantic import Field, ValidationError, model_validator

from domain.plan.commands import PlanCommand
from domain.plan.content import PersonId
from domain.plan.decision import PointId, Ruling
from domain.plan.events import Artefact
from domain.plan.expected import Pace
from domain.values import Oere, Slug, TextRef, Value

TEXT_NAMESPACE = UUID("0d7f36a4-5d0f-5a53-9b83-6f3d6f3b2f10")
NO_REASON = "Forventet forløb: ingen begrundelse."
"""Stands for every reason that nobody gave."""
TEXTS = frozenset(
    {"reason", "committees_reason", "period_reason", "remarks", "answer", "remark", "condition"}
)
"""Fields of commands and rulings that hold a text; a script writes the text itself."""
TEXT_LISTS = frozenset({"minutes_statements", "reservations"})


class Rule(Value):
    """At this body's turn it rules otherwise: what a plain approval would have been becomes this."""

    do: Literal["rule"]
    body: Slug
    turn: int = Field(default=1, ge=1)
    """Its first meeting on the plan, its second …"""
    points: tuple[PointId, ...] = ()
    """Only these points; none named: all."""
    ruling: dict[str, Any]
    """The fields of a ruling but its point, as `do --list` shows them."""

    @model_validator(mode="after")
    def _is_a_ruling(self) -> Self:
        self.ruling_of("content")
        return self

    def ruling_of(self, point: str) -> Ruling:
        return Ruling.model_validate_json(json.dumps(self.ruling | {"point": point}))


class ReportLate(Value):
    """A report comes so many days after its deadline (negative: before it)."""

    do: Literal["report_late"]
    year: int
    artefact: Artefact
    days: int = Field(ge=-180, le=1500)


class ReportReturned(Value):
    """LBF sends a report back instead of accepting it."""

    do: Literal["report_returned"]
    year: int
    artefact: Artefact
    remarks: TextRef
    answer_by: date | None = None


class Delayable(StrEnum):
    """Acts that nobody but their author has set a day for."""

    SUBMIT = "submit"
    ANSWER_CONDITION = "answer_condition"
    SEND_TO_LBF = "send_to_lbf"
    RECORD_LBF_COMMITMENT = "record_lbf_commitment"
    ACCEPT_REPORT = "accept_report"
    SUBMIT_FINAL_ACCOUNT = "submit_final_account"
    ACCEPT_FINAL_ACCOUNT = "accept_final_account"
    CLOSE = "close"


class Delay(Value):
    """An expected act comes so many days later than expected."""

    do: Literal["delay"]
    what: Delayable
    days: int = Field(ge=1, le=1500)


class Commit(Value):
    """LBF commits this instead of what was applied for."""

    do: Literal["commit"]
    amount_oere: Oere


class Refuse(Value):
    """LBF refuses instead of committing."""

    do: Literal["refuse"]
    reason: TextRef | None = None


class LeaveOut(Value):
    """No paper names these points until a day: they are forgotten."""

    do: Literal["leave_out"]
    points: tuple[PointId, ...] = Field(min_length=1)
    until: date


class CommandOn(Value):
    """A typed command on a day, before what is expected then."""

    do: Literal["command"]
    on: date
    command: PlanCommand


Step = Annotated[
    Rule | ReportLate | ReportReturned | Delay | Commit | Refuse | LeaveOut | CommandOn,
    Field(discriminator="do"),
]


class Bounce(Value):
    """No mail to a party arrives on these days; without an end it never does again."""

    party: PersonId
    since: date
    until: date = date.max


class Script(Value):
    """What differs from the expected, by plan, and whose mail bounces."""

    title: str = ""
    running_on: date | None = None
    """Played are only the plans that BR approved and whose period holds this day."""
    pace: Pace = Pace()
    bounces: tuple[Bounce, ...] = ()
    plans: dict[Slug, tuple[Step, ...]] = Field(default_factory=dict)

    def steps_of(self, plan: str) -> tuple[Step, ...]:
        return self.plans.get(plan, ())

    def bounces_on(self, party: str, day: date) -> bool:
        return any(b.party == party and b.since <= day <= b.until for b in self.bounces)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that must be mended in a script."""

    line: int
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f" {self.where}:" if self.where else ""
        return f"line {self.line}:{where} {self.problem}. {self.remedy}"


class BadScript(Exception):
    """The script cannot be played; every fault is listed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a script, kept beside the log: the same text has the same id in every run."""

    bodies: dict[UUID, str]

    def ref(self, body: str) -> TextRef:
        text_id = uuid5(TEXT_NAMESPACE, body)
        self.bodies[text_id] = body
        return TextRef(id=text_id, digest=text_id.hex * 2)


def read_script(path: Path, texts: Texts) -> Script:
    """The script of a file. Raises BadScript."""
    written = path.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(written)
    except JSONDecodeError as error:
        remedy = "Mend the JSON there: a comma, bracket or quotation mark is missing or too many"
        raise BadScript([Fault(error.lineno, "", error.msg, remedy)]) from error
    try:
        script = Script.model_validate_json(json.dumps(_with_refs(found, texts)))
    except ValidationError as error:
        raise BadScript([_fault(written, each) for each in error.errors()]) from error
    return script


def check_plans(path: Path, script: Script, plans: frozenset[str]) -> None:
    """Does it speak only of plans that are played? Raises BadScript."""
    written = path.read_text(encoding="utf-8-sig")
    unknown = [plan for plan in script.plans if plan not in plans]
    if unknown:
        raise BadScript([_unknown_plan(written, plan, plans) for plan in unknown])


def _with_refs(found: Any, texts: Texts) -> Any:
    """The same with references in place of the texts that fields of texts hold."""
    if isinstance(found, list):
        return [_with_refs(each, texts) for each in found]
    if not isinstance(found, dict):
        return found
    return {key: _field(key, value, texts) for key, value in found.items()}


def _field(key: str, value: Any, texts: Texts) -> Any:
    if key in TEXTS and isinstance(value, str):
        return texts.ref(value).model_dump(mode="json")
    if key in TEXT_LISTS and isinstance(value, list):
        return [_field("remark", each, texts) for each in value]
    return _with_refs(value, texts)


def _unknown_plan(written: str, plan: str, plans: frozenset[str]) -> Fault:
    known = ", ".join(sorted(plans)) or "none"
    return Fault(
        line_of(written, ["plans", plan]), plan, "no such plan is played", f"Played are: {known}"
    )


REMEDIES = {
    "missing": "Add the field",
    "extra_forbidden": "Take the field out; docs/rehearsal.md lists what may be written",
    "union_tag_invalid": "Write one of the words of docs/rehearsal.md",
    "union_tag_not_found": "Name what to `do` (a command: its `type`)",
    "date_from_datetime_parsing": "Write a day as 2014-02-03",
    "date_parsing": "Write a day as 2014-02-03",
}


def _fault(written: str, error: Any) -> Fault:
    path = [part for part in error["loc"] if not _is_tag(part)]
    remedy = REMEDIES.get(error["type"], "See docs/rehearsal.md for the fields of each step")
    where = "/".join(map(str, path))
    return Fault(line_of(written, path), where, error["msg"], remedy)


TAGS = frozenset(
    {"rule", "report_late", "report_returned", "delay", "commit", "refuse", "leave_out"}
)


def _is_tag(part: Any) -> bool:
    """pydantic names the member of a union as if it were a field."""
    return part in TAGS


def line_of(written: str, path: list[Any]) -> int:
    """The line of a value in a JSON text, or of the last part of its path that is there."""
    position = _skip(written, 0)
    for part in path:
        inner = _value_at(written, position, part)
        if inner is None:
            continue  # a field that is missing, or the name of a kind of step
        position = inner
    return written.count("\n", 0, position) + 1


def _value_at(written: str, position: int, part: Any) -> int | None:
    opening = written[position : position + 1]
    if opening not in ("{", "["):
        return None
    decoder = JSONDecoder()
    position, index = _skip(written, position + 1), 0
    while written[position] not in "}]":
        key: Any = index
        if opening == "{":
            key, position = scanstring(written, position + 1)
            position = _skip(written, _skip(written, position) + 1)
        if key == part:
            return position
        _, position = decoder.raw_decode(written, position)
        position = _skip(written, position)
        if written[position] == ",":
            position = _skip(written, position + 1)
        index += 1
    return None


def _skip(written: str, position: int) -> int:
    while position < len(written) and written[position] in " \t\r\n\ufeff":
        position += 1
    return position
