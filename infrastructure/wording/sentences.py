"""Answers: how are a wait, a date, a refusal and an event said in one sentence?"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from domain.deadlines import Deadline, Why
from domain.notices import Notice
from domain.plan.events import Artefact, PlanEvent
from domain.plan.state import Plan
from domain.plan.why import Waiting
from domain.reference import Reference
from infrastructure.wording.say import Lang, has, say

Names = Mapping[str, str]
"""What ids are called: bodies, areas and points by the reference data, parties by the directory."""

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def names_of(lang: Lang, reference: Reference, parties: Mapping[str, str] | None = None) -> Names:
    """Names of everything in the reference data, in a language, and of the given parties."""
    sourced = (
        *reference.bodies,
        *reference.areas,
        *reference.administrations,
        *reference.intervention_areas,
        *reference.goals,
        *reference.routes,
    )
    return {each.id: getattr(each, lang) for each in sourced} | dict(parties or {})


def point_name(lang: Lang, point: str, names: Names) -> str:
    """A point of the package in a word or two; a contract or contribution with its owner."""
    if point in names:
        return names[point]
    kind, _, about = re.sub(r"^(contract|contribution)-", r"\1/", point).partition("/")
    if not has(lang, f"point.{kind}"):
        return point
    name = say(lang, f"point.{kind}")
    return f"{name}, {names.get(about, about)}" if about else name


def artefact_name(lang: Lang, subject: str) -> str:
    """`reguleringskonto 2013` for `2013/account`."""
    year, _, artefact = subject.partition("/")
    return say(lang, f"artefact.{artefact}", year=year)


def subject_name(lang: Lang, subject: str, names: Names) -> str:
    """What a deadline's or a wait's subject is called: a report, a point or a decision."""
    kind = subject.partition("/")[2]
    if kind in tuple(Artefact):
        return artefact_name(lang, subject)
    return point_name(lang, subject, names)


def why_sentence(lang: Lang, waiting: Waiting, plan: Plan, names: Names) -> str:
    """Why a plan waits: on whom, since when, until what, and what happens if nobody acts."""
    facts = {
        "on": [_awaited(lang, each, plan, names) for each in waiting.on],
        "details": [subject_name(lang, each, names) for each in waiting.details],
        "phase": say(lang, f"phase.{waiting.phase}"),
    }
    since = say(lang, "why.since", since=waiting.since) if waiting.since else ""
    matter = f"why.{waiting.matter}"
    if not waiting.on and has(lang, f"{matter}_alone"):
        matter += "_alone"
    what = say(lang, matter, **facts)
    until = ""
    if waiting.until is not None:
        until = say(lang, _until(waiting), until=waiting.until)
    consequence = say(lang, f"consequence.{waiting.consequence}")
    text = say(lang, _shape(waiting), since=since, what=what, until=until, consequence=consequence)
    if waiting.suspended_since is not None:
        text = say(lang, "why.suspended", since=waiting.suspended_since, sentence=text)
    return text


def _shape(waiting: Waiting) -> str:
    if waiting.matter == "over":
        return "why.over_sentence"
    return "why.sentence" if waiting.on else "why.nothing_sentence"


def _until(waiting: Waiting) -> str:
    if waiting.matter in ("start", "nothing_now"):
        return "why.until_start" if waiting.matter == "start" else "why.until_next"
    if waiting.is_meeting:
        return "why.until_meeting"
    return "why.until_passed" if waiting.since == waiting.until else "why.until_day"


def _awaited(lang: Lang, on: str, plan: Plan, names: Names) -> str:
    if on == "organisation":
        return names.get(plan.content.lead, plan.content.lead)
    if on == "case_officer":
        name = names.get(plan.case_officer, plan.case_officer)
        return say(lang, "why.case_officer", name=name)
    if on == "lbf":
        return say(lang, "why.lbf")
    return names.get(on, on)


def explain(lang: Lang, what: Deadline | Notice) -> str:
    """How a date came about: base, rule, suspended days; of a notice also what moved it."""
    if isinstance(what, Deadline):
        return _explain_deadline(lang, what.due_on, what.why)
    return _explain_notice(lang, what)


def _explain_deadline(lang: Lang, due_on: date, why: Why) -> str:
    base = say(lang, f"base.{why.base}")
    facts = {"base": base, "base_on": why.base_on, "amount": why.amount, "due": due_on}
    text = say(lang, f"rule.{why.rule}", **facts)
    if why.suspended_days:
        text += " " + say(lang, "explain.suspended", count=why.suspended_days)
    return text


def _explain_notice(lang: Lang, notice: Notice) -> str:
    facts = {"planned": notice.planned_on, "send": notice.send_on, "count": abs(notice.days)}
    when = say(lang, f"explain.{_side(notice.days)}", **facts)
    if notice.send_on == notice.planned_on:
        shape = "on_time" if notice.days else "on_day"
        return say(lang, f"explain.{shape}", when=when, **facts)
    if notice.moved_because is None:
        return say(lang, "explain.late_start", when=when, **facts)
    reason = closed_day(lang, notice.moved_because)
    shape = "explain.moved_back" if notice.send_on < notice.planned_on else "explain.moved_on"
    return say(lang, shape, when=when, reason=reason, **facts)


def _side(days: int) -> str:
    return "same_day" if days == 0 else "before" if days < 0 else "after"


def closed_day(lang: Lang, reason: str) -> str:
    """Why a day is closed; a holiday without a translation keeps its Danish name."""
    key = "closed." + re.sub(r"[^a-z0-9]+", "_", _ascii(reason))
    return say(lang, key) if has(lang, key) else reason


def _ascii(text: str) -> str:
    return text.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def refusal_sentence(
    lang: Lang, code: str, facts: Mapping[str, object], names: Names | None = None
) -> str:
    """What is wrong, and what to do about it."""
    if not has(lang, f"refusal.{code}.wrong"):
        return say(lang, "refusal.other", code=code)
    said = {key: _fact(lang, key, value, names or {}) for key, value in facts.items()}
    wrong = say(lang, f"refusal.{code}.wrong", **said)
    return f"{wrong} {say(lang, f'refusal.{code}.remedy', **said)}"


_CODES = {"phase": "phase", "outcome": "outcome"}


def _fact(lang: Lang, key: str, value: object, names: Names) -> object:
    if isinstance(value, list):
        return ", ".join(str(_fact(lang, key, each, names)) for each in value) or "–"
    if key.endswith("_oere") and isinstance(value, int):
        return say(lang, "refusal.amount", amount=value)
    if not isinstance(value, str):
        return value
    if _ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    if key in _CODES:
        return say(lang, f"{_CODES[key]}.{value}")
    if key == "artefact":
        return say(lang, f"artefact_alone.{value}")
    if key == "point":
        return point_name(lang, value, names)
    return names.get(value, value)


def event_sentence(lang: Lang, event: PlanEvent, names: Names) -> str:
    """One line of a plan's time line."""
    return say(lang, f"event.{event.type}", **_event_facts(lang, event, names))


def _event_facts(lang: Lang, value: BaseModel, names: Names) -> dict[str, object]:
    """The event's fields, inner values laid flat, codes and ids as people call them."""
    facts: dict[str, object] = {}
    for key in type(value).model_fields:
        inner: Any = getattr(value, key)
        if isinstance(inner, BaseModel):
            facts |= _event_facts(lang, inner, names)
        else:
            facts[key] = _said(lang, key, inner, names)
    return facts


def _said(lang: Lang, key: str, value: Any, names: Names) -> object:
    if isinstance(value, tuple):
        return [_said(lang, key, each, names) for each in value]
    if isinstance(value, BaseModel):
        return _inner_name(value, names)
    if isinstance(value, bool) or value is None:
        return say(lang, f"word.{str(value).lower()}")
    if key in ("point", "points") and isinstance(value, str):
        return point_name(lang, value, names)
    if isinstance(value, StrEnum) or key in ("code", "lacks"):
        return _code(lang, key, str(value))
    return names.get(value, value) if isinstance(value, str) else value


def _code(lang: Lang, key: str, value: str) -> str:
    table = "artefact_alone" if key == "artefact" else key
    return say(lang, f"{table}.{value}") if has(lang, f"{table}.{value}") else value


def _inner_name(value: BaseModel, names: Names) -> str:
    body = getattr(value, "body", None)
    return names.get(body, body) if isinstance(body, str) else ""
