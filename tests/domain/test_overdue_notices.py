"""Nothing was sent and the day has passed: what the ladder promises after it still goes out."""

from datetime import date, timedelta

from domain.calendar import NOTICE_TIME, at
from domain.deadlines import deadlines
from domain.notices import Ledger, NoticesFellDue, evolve, fall_due, promised, reconcile
from domain.plan.state import Plan
from domain.reference import Ladder, Role, Rung
from tests.domain.build import RUNNING, given, passed, then
from tests.domain.city import REFERENCE

AFTER = Ladder(
    kind="report",
    rungs=(
        Rung(days=-14, to=(Role.ORGANISATION,)),
        Rung(days=1, to=(Role.ORGANISATION, Role.CASE_OFFICER)),
        Rung(days=14, to=(Role.HEAD_OF_OFFICE,)),
    ),
)
CITY = REFERENCE.but(ladders=(AFTER,))
DUE = date(2014, 6, 30)
ACCOUNT = "2013/account"


def told_until(plan: Plan, last: date) -> list[int]:
    """Rungs, by days from the deadline of the first account, that fell due day by day."""
    ledger = Ledger()
    day = date(2014, 1, 2)
    told: list[int] = []
    while day <= last:
        wanted = promised(deadlines(plan, CITY, day), CITY)
        for planned in reconcile(ledger, wanted, day):
            ledger = evolve(ledger, planned)
        for fell in fall_due(ledger, at(day, NOTICE_TIME)):
            assert isinstance(fell, NoticesFellDue)
            ledger = evolve(ledger, fell)
            due = [ledger.entries[each].notice for each in fell.notices]
            told += [notice.days for notice in due if notice.subject == ACCOUNT]
        day += timedelta(days=1)
    return told


def test_a_report_that_never_came_is_reminded_of_after_its_day_too() -> None:
    plan = then(passed(date(2014, 7, 1)), given(*RUNNING))

    assert told_until(plan, date(2014, 7, 31)) == [-14, 1, 14]


def test_what_is_not_yet_late_is_only_reminded_of_before() -> None:
    plan = given(*RUNNING)

    assert told_until(plan, DUE) == [-14]
