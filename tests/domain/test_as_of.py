"""A plan as of a day: what held then, by all that is known now."""

from datetime import date

from domain.plan import commands as c
from domain.plan.asof import as_of
from domain.plan.progress import council_approved_on, phase
from domain.plan.state import Phase
from tests.domain.build import (
    APPROVED,
    BR_YES,
    EXPIRED,
    REASON,
    RUNNING,
    history,
    replay,
    ruling,
    sitting,
)

BR = date(2013, 4, 11)


def _corrected(on: date) -> c.CorrectEntry:
    return c.CorrectEntry(
        on=date(2013, 6, 1),
        decision="d11",
        sitting=sitting("br", on),
        ruling=BR_YES.rulings[0],
        reason=REASON,
    )


def _phase(events: object, day: date) -> Phase | None:
    plan = as_of(events, day)  # type: ignore[arg-type]
    return phase(plan) if plan else None


def test_before_it_was_drafted_there_was_no_plan() -> None:
    assert as_of(history(*APPROVED), date(2013, 1, 6)) is None


def test_a_plan_is_in_the_phase_of_the_day() -> None:
    events = history(*EXPIRED)

    days = {
        date(2013, 1, 7): Phase.DRAFT,
        date(2013, 2, 1): Phase.FORUM,
        date(2013, 3, 5): Phase.COMMITTEES,
        date(2013, 3, 20): Phase.FINANCE,
        date(2013, 4, 10): Phase.COUNCIL,
        BR: Phase.APPROVED,
        date(2013, 5, 1): Phase.AT_LBF,
        date(2013, 8, 31): Phase.COMMITTED,
        date(2013, 9, 1): Phase.RUNNING,
        date(2017, 9, 1): Phase.EXPIRED,
    }
    assert {day: _phase(events, day) for day in days} == days


def test_as_of_its_last_day_a_plan_is_what_it_is_now() -> None:
    events = history(*RUNNING)

    assert as_of(events, date(2013, 9, 1)) == replay(events)


def test_an_approval_that_was_dated_too_early_does_not_hold_before_its_corrected_day() -> None:
    events = history(*APPROVED, _corrected(date(2013, 5, 30)))

    assert _phase(events, BR) is Phase.COUNCIL
    assert _phase(events, date(2013, 5, 30)) is Phase.APPROVED


def test_an_approval_that_was_dated_too_late_holds_from_its_corrected_day() -> None:
    events = history(*APPROVED, _corrected(date(2013, 4, 4)))

    plan = as_of(events, date(2013, 4, 4))

    assert plan is not None
    assert council_approved_on(plan) == date(2013, 4, 4)


def test_what_was_known_before_the_correction_is_answered_without_it() -> None:
    known_then = history(*APPROVED)

    assert _phase(known_then, BR) is Phase.APPROVED
    assert ruling(BR_YES.rulings[0].outcome) == BR_YES.rulings[0]
