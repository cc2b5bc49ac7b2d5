"""A running plan is suspended, extended, ended, accounted for and closed."""

from datetime import date

import pytest

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.decision import Outcome
from domain.plan.events import Artefact
from domain.plan.progress import phase
from domain.plan.reports import is_delivered, owed, owed_years
from domain.plan.state import Phase
from tests.domain.build import (
    AT_COUNCIL,
    COMMITTED,
    DRAFTED,
    EXPIRED,
    MILLION_KR,
    REASON,
    RUNNING,
    SUBMITTED,
    decided,
    given,
    passed,
    refused,
    then,
    when,
)

END = date(2017, 8, 31)


def _suspend(on: date, *, moves_end: bool = True) -> c.Suspend:
    return c.Suspend(on=on, reason=REASON, moves_end=moves_end)


SUSPENDED = (*RUNNING, _suspend(date(2014, 2, 1)))
RESUME = c.Resume(on=date(2014, 3, 1))


def test_a_suspension_moves_the_end_by_its_days() -> None:
    events = when(RESUME, given(*SUSPENDED))

    assert events == [e.PlanResumed(on=date(2014, 3, 1), days=28, end=date(2017, 9, 28))]
    assert given(*SUSPENDED, RESUME).content.period.end == date(2017, 9, 28)


def test_a_suspension_that_does_not_move_the_end_leaves_it() -> None:
    plan = given(*RUNNING, _suspend(date(2014, 2, 1), moves_end=False), RESUME)

    assert plan.content.period.end == END


def test_a_suspended_plan_whose_end_moves_does_not_expire() -> None:
    paused = _suspend(date(2017, 8, 1))

    plan = then(passed(date(2017, 10, 1)), given(*RUNNING, paused))

    assert phase(plan) is Phase.RUNNING


def test_a_plan_is_suspended_once_at_a_time() -> None:
    again = _suspend(date(2014, 2, 10))

    assert refused("already_suspended", again, given(*SUSPENDED)) == {"since": "2014-02-01"}


def test_no_day_is_suspended_twice() -> None:
    overlapping = _suspend(date(2014, 2, 15))

    refused("already_suspended", overlapping, given(*SUSPENDED, RESUME))


def test_only_a_suspended_plan_is_resumed() -> None:
    refused("not_suspended", RESUME, given(*RUNNING))


def test_a_plan_is_not_resumed_before_it_was_suspended() -> None:
    early = c.Resume(on=date(2014, 1, 31))

    refused("resumed_before_suspended", early, given(*SUSPENDED))


def test_a_plan_under_way_is_suspended_without_moving_an_end() -> None:
    pause = _suspend(date(2013, 2, 1), moves_end=False)

    assert then(pause, given(*SUBMITTED)).suspended_since == date(2013, 2, 1)
    refused("not_running", _suspend(date(2013, 2, 1)), given(*SUBMITTED))


def test_an_ended_plan_is_not_suspended() -> None:
    refused("plan_ended", _suspend(date(2017, 9, 4), moves_end=False), given(*EXPIRED))


def test_a_terminated_plan_keeps_its_end_when_its_suspension_is_lifted() -> None:
    terminated = c.Terminate(on=date(2014, 2, 10), reason=REASON)

    plan = then(RESUME, given(*SUSPENDED, terminated))

    assert plan.content.period.end == END


def test_the_case_officer_is_changed_during_a_suspension() -> None:
    plan = then(c.AssignCaseOfficer(case_officer="p-0008"), given(*SUSPENDED))

    assert plan.case_officer == "p-0008"


def test_the_administrator_is_changed() -> None:
    assert then(
        c.ChangeAdministrator(administrator="dab"), given(*RUNNING)
    ).content.administrator == ("dab")


def test_a_plan_expires_the_day_after_its_last() -> None:
    assert phase(then(passed(END), given(*RUNNING))) is Phase.RUNNING
    assert phase(then(passed(date(2017, 9, 1)), given(*RUNNING))) is Phase.EXPIRED


EXTEND = c.Extend(on=date(2017, 9, 4), end=date(2018, 2, 28), reason=REASON)


def test_an_extension_after_the_expiry_lets_the_plan_run_on() -> None:
    plan = then(EXTEND, given(*EXPIRED))

    assert (phase(plan), plan.extended_from) == (Phase.RUNNING, (END,))
    assert list(owed_years(plan))[-1] == 2018


def test_an_extended_plan_expires_at_its_new_end() -> None:
    plan = then(passed(date(2018, 3, 1)), given(*EXPIRED, EXTEND))

    assert (phase(plan), plan.expired_on) == (Phase.EXPIRED, date(2018, 3, 1))


def test_an_extension_gives_a_later_end() -> None:
    refused("extension_not_later", EXTEND.model_copy(update={"end": END}), given(*EXPIRED))


def test_only_a_committed_or_running_plan_is_extended() -> None:
    refused("not_running", EXTEND, given(*AT_COUNCIL))


FINAL = c.SubmitFinalAccount(on=date(2017, 11, 1))
ACCEPT = c.AcceptFinalAccount(on=date(2018, 1, 8), spent_oere=11 * MILLION_KR)
CLOSE = c.Close(on=date(2018, 3, 1))


def test_a_plan_extended_after_its_final_account_makes_a_new_one() -> None:
    later = FINAL.model_copy(update={"on": date(2018, 6, 1)})

    plan = given(*EXPIRED, FINAL, EXTEND.model_copy(update={"on": date(2017, 12, 1)}))
    plan = then(later, then(passed(date(2018, 3, 1)), plan))

    assert plan.final_account_on == date(2018, 6, 1)


def test_a_plan_with_an_accepted_final_account_is_not_extended() -> None:
    late = EXTEND.model_copy(update={"on": date(2018, 1, 15)})

    refused("final_account_accepted", late, given(*EXPIRED, FINAL, ACCEPT))


def test_a_final_account_is_for_a_plan_that_has_ended() -> None:
    facts = refused(
        "not_expired", FINAL.model_copy(update={"on": date(2017, 8, 1)}), given(*RUNNING)
    )

    assert facts == {"phase": "running", "end": "2017-08-31"}


def test_a_final_account_is_sent_once() -> None:
    refused("already_sent", FINAL, given(*EXPIRED, FINAL))


def test_a_final_account_is_accepted_once() -> None:
    refused("final_account_accepted", ACCEPT, given(*EXPIRED, FINAL, ACCEPT))


def test_a_final_account_that_was_not_sent_is_not_accepted() -> None:
    refused("final_account_missing", ACCEPT, given(*EXPIRED))


def _all_reports() -> tuple[c.PlanCommand, ...]:
    return tuple(
        c.SubmitReport(on=date(2018, 2, 1), year=year, artefact=artefact)
        for year, artefact in owed(given(*EXPIRED))
    )


def test_a_plan_is_closed_when_all_is_accounted_for() -> None:
    plan = then(CLOSE, given(*EXPIRED, FINAL, ACCEPT, *_all_reports()))

    assert (phase(plan), plan.closed_on) == (Phase.CLOSED, date(2018, 3, 1))


def test_a_plan_that_owes_reports_is_not_closed() -> None:
    facts = refused("reports_missing", CLOSE, given(*EXPIRED, FINAL, ACCEPT))

    assert "2017 account" in facts["reports"]  # type: ignore[operator]


def test_a_plan_without_a_final_account_is_not_closed() -> None:
    refused("final_account_missing", CLOSE, given(*EXPIRED, *_all_reports()))


def test_lbfs_receipt_may_come_after_the_plan_was_closed() -> None:
    receipt = c.AcceptReport(on=date(2018, 4, 1), year=2016, artefact=Artefact.ACCOUNT)
    closed = given(*EXPIRED, FINAL, ACCEPT, *_all_reports(), CLOSE)

    plan = then(receipt, closed)

    assert phase(plan) is Phase.CLOSED
    assert plan.report(2016, Artefact.ACCOUNT).accepted_on == date(2018, 4, 1)


def test_the_passing_of_time_brings_nothing_to_a_closed_plan() -> None:
    closed = given(*EXPIRED, FINAL, ACCEPT, *_all_reports(), CLOSE)

    assert when(passed(date(2020, 1, 1)), closed) == []


@pytest.mark.parametrize("history", [DRAFTED, SUBMITTED, AT_COUNCIL, COMMITTED])
def test_a_plan_is_withdrawn_at_any_time_before_it_runs(
    history: tuple[c.PlanCommand, ...],
) -> None:
    withdrawn = c.Withdraw(on=date(2013, 6, 10), reason=REASON)

    plan = then(withdrawn, given(*history))

    assert (phase(plan), plan.ended_on) == (Phase.WITHDRAWN, date(2013, 6, 10))


def test_a_plan_lapses_without_anybody_deciding_against_it() -> None:
    assert phase(then(c.Lapse(reason=REASON), given(*SUBMITTED))) is Phase.LAPSED


@pytest.mark.parametrize("command", [c.Withdraw(reason=REASON), c.Lapse(reason=REASON)])
def test_a_running_plan_is_terminated_instead(command: c.PlanCommand) -> None:
    refused("already_running", command, given(*RUNNING))


TERMINATE = c.Terminate(on=date(2015, 5, 1), reason=REASON)


def test_a_terminated_plan_owes_reports_for_the_years_that_it_ran() -> None:
    plan = then(TERMINATE, given(*RUNNING))

    assert phase(plan) is Phase.TERMINATED
    assert list(owed_years(plan)) == [2013, 2014, 2015]


def test_a_terminated_plan_is_accounted_for() -> None:
    account = c.SubmitFinalAccount(on=date(2015, 8, 3))

    assert then(account, given(*RUNNING, TERMINATE)).final_account_on == date(2015, 8, 3)


def test_only_a_running_plan_is_terminated() -> None:
    refused("not_running", TERMINATE, given(*COMMITTED[:5]))


def test_an_ended_plan_is_not_withdrawn() -> None:
    withdrawn = c.Withdraw(on=date(2013, 6, 10), reason=REASON)

    refused("plan_ended", withdrawn, given(*SUBMITTED, withdrawn))


def test_an_ended_plan_changes_no_case_officer() -> None:
    withdrawn = c.Withdraw(on=date(2013, 6, 10), reason=REASON)

    refused("plan_ended", c.AssignCaseOfficer(case_officer="p-0008"), given(*SUBMITTED, withdrawn))


def test_a_rejected_plan_is_not_changed() -> None:
    rejected = given(*AT_COUNCIL, decided("br", date(2013, 4, 11), Outcome.REJECTED))

    refused("plan_ended", c.Change(content=rejected.content, reason=REASON), rejected)


def test_a_successor_is_named_once() -> None:
    successor = c.NameSuccessor(successor="hothers-plads-2017")

    plan = then(successor, given(*RUNNING))

    assert plan.successor == "hothers-plads-2017"
    refused("successor_already_named", successor, plan)


def test_reports_of_an_expired_plan_stay_owed() -> None:
    plan = given(*EXPIRED)

    assert not any(is_delivered(plan, year, artefact) for year, artefact in owed(plan))


def test_a_late_decision_of_a_body_does_not_stop_a_running_plan() -> None:
    back = decided("br", date(2014, 1, 30), Outcome.SENT_BACK, returned_to="draft")
    anew = back.model_copy(update={"is_new_decision": True})

    plan = then(anew, given(*RUNNING))

    assert phase(plan) is Phase.RUNNING
