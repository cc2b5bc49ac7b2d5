"""Answers: what did a plan look like on a day, by what the given events say of it?"""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from domain.plan import events as e
from domain.plan.evolve import fold
from domain.plan.state import Plan

Recorded = tuple[e.PlanEvent, UUID]


def as_of(events: Iterable[Recorded], day: date) -> Plan | None:
    """The plan with what held on a day; None before it was drafted.

    Hand in all events that were known: a decision whose date was mistyped holds from the day that
    its correction gives, so the days of the events alone do not tell.
    """
    held = [(event, command) for event, command in _redated(list(events)) if event.on <= day]
    if not held or not isinstance(held[0][0], e.PlanDrafted):
        return None
    return fold(held)


def _redated(events: list[Recorded]) -> Iterator[Recorded]:
    """Each entry and its corrections, on the day of the last correction."""
    days = {event.decision: event.on for event, _ in events if isinstance(event, e.EntryCorrected)}
    for event, command in events:
        if isinstance(event, e.DecisionRecorded | e.EntryCorrected) and event.decision in days:
            yield event.model_copy(update={"on": days[event.decision]}), command
        else:
            yield event, command
