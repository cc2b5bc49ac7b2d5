"""Answers: all that is to be said of one plan on a day, ready to print or to hand to a program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cli.access import Access
from cli.people import names
from cli.problems import NotFound
from cli.sending import event_data, known_plan
from domain.deadlines import Deadline, deadlines
from domain.plan.asof import as_of as plan_as_of
from domain.plan.package import PackageItem, is_money_released, last_chain, package
from domain.plan.progress import council_approved_on, phase
from domain.plan.state import Decision, Plan
from domain.plan.why import Waiting, why_it_waits
from domain.reference import Reference
from infrastructure.codec import decode_plan_event
from infrastructure.event_store.records import RecordedEvent
from infrastructure.event_store.texts import get_many
from infrastructure.importing.flags import kept_flags
from infrastructure.plans import plan_stream
from infrastructure.wording.say import LANGUAGES, Lang, say
from infrastructure.wording.sentences import (
    Names,
    event_sentence,
    explain,
    names_of,
    point_name,
    refusal_sentence,
    subject_name,
    why_sentence,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan as it was on a day, known on another, with what is needed to speak of it."""

    id: str
    plan: Plan
    recorded: tuple[RecordedEvent, ...]
    reference: Reference
    today: date
    lang: Lang
    names: Names


async def seen(
    access: Access, plan_id: str, as_of: date | None = None, known_at: date | None = None
) -> Seen:
    """Raises NotFound when there was no such plan on that day, as known then."""
    await known_plan(access, plan_id)
    recorded = [
        each
        for each in await access.reader.stream(plan_stream(plan_id))
        if known_at is None or each.recorded_on <= known_at
    ]
    today = as_of or known_at or access.today()
    plan = plan_as_of([(decode_plan_event(each), each.command_id) for each in recorded], today)
    if plan is None:
        day = today.isoformat()
        raise NotFound(
            f"Planen {plan_id} fandtes ikke den {day} efter det, man da vidste. Vælg en senere dag.",
            f"There was no plan {plan_id} on {day}, by what was known then. Choose a later day.",
            as_of=day,
        )
    held = tuple(each for each in recorded if each.valid_on <= today)
    reference = await access.plans.reference()
    lang = access.lang
    return Seen(plan_id, plan, held, reference, today, lang, await names(access))


def waiting_data(what: Seen) -> dict[str, Any]:
    """Why it waits, as data and as a sentence in both languages."""
    waiting = why_it_waits(what.plan, what.today, what.reference)
    return _fields(waiting) | {
        "sentence": {
            lang: why_sentence(lang, waiting, what.plan, _names_in(what, lang))
            for lang in LANGUAGES
        }
    }


def _names_in(what: Seen, lang: Lang) -> Names:
    return {**what.names, **names_of(lang, what.reference)}


def _fields(waiting: Waiting) -> dict[str, Any]:
    return {
        "state": waiting.phase,
        "on": list(waiting.on),
        "matter": waiting.matter,
        "since": _iso(waiting.since),
        "until": _iso(waiting.until),
        "is_meeting": waiting.is_meeting,
        "consequence": waiting.consequence,
        "details": list(waiting.details),
        "suspended_since": _iso(waiting.suspended_since),
    }


async def plan_data(access: Access, what: Seen) -> dict[str, Any]:
    """Everything that `show` says."""
    plan, content = what.plan, what.plan.content
    return {
        "plan": what.id,
        "version": plan.version,
        "as_of": what.today.isoformat(),
        "title": content.title,
        "case_number": content.case_number,
        "state": phase(plan),
        "state_name": say(what.lang, f"phase.{phase(plan)}"),
        "area": content.area,
        "lead": content.lead,
        "organisations": list(content.organisations),
        "administrator": content.administrator,
        "case_officer": content.case_officer,
        "estates": list(content.estates),
        "start": content.period.start.isoformat(),
        "end": content.period.end.isoformat(),
        "council_approved_on": _iso(council_approved_on(plan)),
        "predecessor": content.predecessor,
        "successor": plan.successor,
        "waiting": waiting_data(what),
        "package": [_item(what, item) for item in package(plan)],
        "deadlines": [_deadline(what, each) for each in deadlines_ahead(what)],
        "money": _money(plan),
        "goals": [_plain(goal) for goal in content.goals],
        "criteria": [_plain(criterion) for criterion in content.criteria],
        "decisions": [_decision(each) for each in plan.decisions],
        "papers": [_paper(each) for each in plan.papers],
        "reports": {key: _dates(report) for key, report in plan.reports.items()},
        "timeline": timeline(what),
        "breaches": await _breaches(access, what),
        "texts": await _texts(access, what.recorded),
    }


async def _breaches(access: Access, what: Seen) -> list[dict[str, Any]]:
    """What the imported history broke of today's rules, by the day shown."""
    return [
        {
            "on": flag.on.isoformat(),
            "code": flag.code,
            "message": refusal_sentence(what.lang, flag.code, flag.facts, what.names),
        }
        for flag in await kept_flags(access.pool, what.id)
        if flag.on <= what.today
    ]


def deadlines_ahead(what: Seen) -> list[Deadline]:
    return deadlines(what.plan, what.reference, what.today)


def _item(what: Seen, item: PackageItem) -> dict[str, Any]:
    chain = last_chain(what.plan, item.point.id, what.reference) if item.status == "missing" else ()
    return {
        "point": item.point.id,
        "name": point_name(what.lang, item.point.id, what.names),
        "status": item.status,
        "status_name": say(what.lang, f"point_status.{item.status}"),
        "decision": item.decision.id if item.decision else None,
        "document_number": item.document_number,
        "next_body": item.next_body,
        "next_meeting": _iso(item.next_meeting),
        "reason_code": item.reason_code,
        "last_chain": [
            {
                "body": link.body,
                "paper_on": link.paper_on.isoformat(),
                "agenda_on": link.agenda_on.isoformat(),
                "meeting_on": link.meeting_on.isoformat(),
            }
            for link in chain
        ],
    }


def _deadline(what: Seen, deadline: Deadline) -> dict[str, Any]:
    subject = deadline.subject
    return {
        "key": deadline.key,
        "kind": deadline.kind,
        "name": say(what.lang, f"deadline.{deadline.kind}"),
        "about": subject_name(what.lang, subject, what.names) if subject else None,
        "due_on": deadline.due_on.isoformat(),
        "who": deadline.who,
        "body": deadline.body,
        "explained": explain(what.lang, deadline),
        "consequence": say(what.lang, f"consequence.{deadline.consequence}"),
    }


def _money(plan: Plan) -> dict[str, Any]:
    return {
        "budget_oere": plan.content.budget_oere,
        "funding": [_plain(part) for part in plan.content.funding],
        "is_released": is_money_released(plan),
        "committed_oere": plan.committed_oere,
        "committed_on": _iso(plan.committed_on),
        "spent_oere": plan.spent_oere,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.id,
        "sitting": _plain(decision.sitting),
        "ruling": _plain(decision.ruling),
        "supersedes": decision.supersedes,
        "corrections": decision.corrections,
        "is_answered": decision.is_answered,
    }


def _paper(paper: Any) -> dict[str, Any]:
    return {
        "on": paper.on.isoformat(),
        "document_number": paper.document_number,
        "points": list(paper.points),
        "places": [_plain(place) for place in paper.places],
    }


def _dates(report: Any) -> dict[str, Any]:
    names = ("submitted_on", "accepted_on", "returned_on", "answer_by", "extended_to")
    return {name: _iso(getattr(report, name)) for name in names} | {"is_overdue": report.is_overdue}


def timeline(what: Seen) -> list[dict[str, Any]]:
    """Who did what and when, in the order that it was recorded."""
    return [
        {
            "on": each.valid_on.isoformat(),
            "recorded_on": each.recorded_on.isoformat(),
            "recorded_at": each.recorded_at.isoformat(),
            "witnessed": each.witnessed,
            "actor": each.actor,
            "on_behalf_of": each.on_behalf_of,
            "version": each.version,
            "what": event_sentence(what.lang, decode_plan_event(each), what.names),
            "event": event_data(decode_plan_event(each)),
        }
        for each in what.recorded
    ]


async def _texts(access: Access, recorded: Iterable[RecordedEvent]) -> dict[str, str]:
    """What people wrote, by the id that the events carry; erased ones are not there."""
    ids = [ref for each in recorded for ref in _refs(decode_plan_event(each).model_dump())]
    return {str(key): body for key, body in (await get_many(access.pool, ids)).items()}


def _refs(value: Any) -> list[Any]:
    if isinstance(value, dict):
        if set(value) == {"id", "digest"}:
            return [value["id"]]
        return [ref for each in value.values() for ref in _refs(each)]
    if isinstance(value, list | tuple):
        return [ref for each in value for ref in _refs(each)]
    return []


def _plain(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = value.model_dump(mode="json", exclude_none=True)
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
