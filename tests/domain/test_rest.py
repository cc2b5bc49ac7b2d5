"""A plan that rests needs no reminders, and one that goes on needs the very same again."""

from dataclasses import dataclass, field
from datetime import date

from domain import notices
from domain.deadlines import deadlines
from domain.notices import Ledger, Status
from domain.plan import commands as c
from domain.plan.state import Plan
from domain.reference import Ladder, Role, Rung
from tests.domain.build import REASON, SUBMITTED, given, then
from tests.domain.city import REFERENCE

START_ALARM = Ladder(
    kind="package_start",
    rungs=(Rung(days=-60, to=(Role.CASE_OFFICER,)), Rung(days=-30, to=(Role.CASE_OFFICER,))),
    urgent=True,
)
WITH_ALARM = REFERENCE.but(ladders=(START_ALARM,))
MONEY = "package_start/money/2013-09-01"
SUSPEND = c.Suspend(on=date(2013, 2, 1), reason=REASON)


@dataclass
class Reminders:
    """One plan's ledger, compared with the plan from time to time."""

    ledger: Ledger = field(default_factory=Ledger)

    def compare(self, plan: Plan, today: date) -> None:
        wanted = notices.promised(deadlines(plan, WITH_ALARM, today), WITH_ALARM)
        for event in list(notices.reconcile(self.ledger, wanted, today)):
            self.ledger = notices.evolve(self.ledger, event)

    def status(self, rung: str) -> Status:
        return self.ledger.entries[f"{MONEY}/{rung}"].status


def rested() -> tuple[Reminders, Plan]:
    reminders, plan = Reminders(), given(*SUBMITTED)
    reminders.compare(plan, date(2013, 1, 14))
    plan = then(SUSPEND, plan)
    reminders.compare(plan, date(2013, 2, 1))
    return reminders, plan


def test_the_alarms_of_a_plan_that_rests_lapse() -> None:
    reminders, _ = rested()

    assert reminders.status("-30") is Status.LAPSED


def test_the_alarms_of_a_plan_that_goes_on_are_promised_again() -> None:
    reminders, plan = rested()

    reminders.compare(then(c.Resume(on=date(2013, 3, 1)), plan), date(2013, 3, 1))

    assert reminders.status("-60") is Status.PLANNED
    assert reminders.status("-30") is Status.PLANNED


def test_an_alarm_that_was_passed_while_the_plan_rested_goes_out_at_once() -> None:
    reminders, plan = rested()

    reminders.compare(then(c.Resume(on=date(2013, 7, 10)), plan), date(2013, 7, 10))

    assert reminders.ledger.entries[f"{MONEY}/-60"].notice.send_on == date(2013, 7, 10)


def test_to_compare_again_changes_nothing() -> None:
    reminders, plan = rested()
    plan = then(c.Resume(on=date(2013, 3, 1)), plan)
    reminders.compare(plan, date(2013, 3, 1))
    before = reminders.ledger

    reminders.compare(plan, date(2013, 3, 1))

    assert reminders.ledger == before
