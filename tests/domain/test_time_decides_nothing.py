"""However long nobody acts, the clock brings no decision: a timeout is never a yes or a no."""

from datetime import date

import pytest

from domain.plan import commands as c
from domain.plan.progress import phase
from tests.domain.build import (
    APPROVED,
    AT_COMMITTEES,
    AT_COUNCIL,
    AT_FINANCE,
    AT_LBF,
    DRAFTED,
    SUBMITTED,
    given,
    passed,
    then,
)

WAITING = (DRAFTED, SUBMITTED, AT_COMMITTEES, AT_FINANCE, AT_COUNCIL, APPROVED, AT_LBF)
LONG_AFTER = date(2018, 12, 31)


@pytest.mark.parametrize("life", WAITING, ids=lambda life: phase(given(*life)))
def test_a_plan_that_waits_for_others_waits_however_long(life: tuple[c.PlanCommand, ...]) -> None:
    plan = given(*life)
    later = then(passed(LONG_AFTER), plan)

    assert (later.decisions, phase(later)) == (plan.decisions, phase(plan))
