"""Answers: what does a row say of that which the clock else brings by itself?"""

from typing import Any

from domain.plan import events as e
from domain.plan.events import Artefact
from domain.plan.package import is_money_released
from domain.plan.progress import council_approved_on
from domain.plan.state import Plan
from infrastructure.importing.columns import STAR
from infrastructure.importing.fact import Fact, artefacts
from infrastructure.importing.reading import Row

CLOCKED = frozenset(
    {"plan_started", "start_date_passed", "reports_opened", "report_overdue", "plan_expired"}
)
"""What the clock brings by itself; a row says it only where history differed."""


def by_clock(fact: Fact, plan: Plan) -> list[e.PlanEvent]:
    """The events of a row about what the clock else brings by itself."""
    on, year = fact.get("on"), fact.get("year")
    words: tuple[str, ...] = fact.get("outcome") or ()
    match fact.kind:
        case "plan_started":
            released = words == ("released",) if words else is_money_released(plan)
            return [e.PlanStarted(on=on, is_money_released=released)]
        case "start_date_passed":
            found = [("approval", council_approved_on(plan)), ("commitment", plan.committed_on)]
            lacks = words or tuple(name for name, day in found if day is None)
            return [e.StartDatePassed.model_validate({"on": on, "lacks": lacks})]
        case "reports_opened":
            return [e.ReportsOpened(on=on, year=year)]
        case "report_overdue":
            return [
                e.ReportOverdue(on=on, year=year, artefact=artefact)
                for artefact in artefacts(fact, plan)
            ]
        case _:
            return [e.PlanExpired(on=on)]


def clock_keys(row: Row) -> set[tuple[str, Any, str]]:
    """What a row keeps the clock from bringing, as `clock_key` names it."""
    kind, year = row.values["fact"], row.values.get("year")
    if kind not in CLOCKED:
        return set()
    artefacts = row.values.get("artefact") or ("",)
    named = tuple(Artefact) if STAR in artefacts else artefacts
    return {(kind, year, str(each)) for each in named}


def agrees(row: Row, event: e.PlanEvent) -> bool:
    """Does a row say of what the clock brings just what the clock says?"""
    words = row.values.get("outcome")
    stated: tuple[str, ...]
    match event:
        case e.PlanStarted():
            stated = ("released" if event.is_money_released else "not_released",)
        case e.StartDatePassed():
            stated = event.lacks
        case _:
            stated = ()
    return row.values["on"] == event.on and words in (None, stated)


def clock_key(event: e.PlanEvent) -> tuple[str, Any, str]:
    artefact = getattr(event, "artefact", "")
    return event.type, getattr(event, "year", None), str(artefact)
