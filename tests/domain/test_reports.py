"""What a plan owes LBF each year: opened, sent, returned, extended, accepted, overdue."""

from datetime import date

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.context import Context
from domain.plan.events import Artefact
from domain.plan.life import next_by_clock
from domain.plan.reports import base_due, missing_reports, owed, owed_years, report_due
from domain.reference import Parameters
from tests.domain.build import (
    AT_LBF,
    COMMIT,
    COMMITTED,
    DRAFT,
    EXPIRED,
    REASON,
    RUNNING,
    given,
    passed,
    refused,
    then,
    when,
)
from tests.domain.city import REFERENCE

ACCOUNT = Artefact.ACCOUNT
PARAMETERS = Parameters()
OPENED = (*RUNNING, passed(date(2014, 1, 1)))
OVERDUE = (*OPENED, passed(date(2014, 7, 1)))


def _submit(on: date, artefact: Artefact = ACCOUNT, year: int = 2013) -> c.SubmitReport:
    return c.SubmitReport(on=on, year=year, artefact=artefact)


def _return(on: date, answer_by: date | None = None) -> c.ReturnReport:
    return c.ReturnReport(on=on, year=2013, artefact=ACCOUNT, remarks=REASON, answer_by=answer_by)


def _accept(on: date) -> c.AcceptReport:
    return c.AcceptReport(on=on, year=2013, artefact=ACCOUNT)


def _extend(on: date, until: date) -> c.ExtendReport:
    return c.ExtendReport(on=on, year=2013, artefact=ACCOUNT, until=until, document_number="2014-9")


SENT = _submit(date(2014, 5, 2))


def test_a_plan_from_september_2013_to_august_2017_owes_five_accounts() -> None:
    accounts = [year for year, artefact in owed(given(*RUNNING)) if artefact is ACCOUNT]

    assert accounts == [2013, 2014, 2015, 2016, 2017]


def test_no_milestone_plan_is_owed_for_the_year_after_the_last() -> None:
    years = [year for year, artefact in owed(given(*RUNNING)) if artefact is Artefact.MILESTONES]

    assert years == [2013, 2014, 2015, 2016]


def test_a_plan_that_started_late_owes_from_the_year_that_it_started() -> None:
    late = COMMIT.model_copy(update={"on": date(2014, 2, 3)})

    assert list(owed_years(given(*AT_LBF, passed(date(2013, 9, 1)), late))) == [
        2014,
        2015,
        2016,
        2017,
    ]


def test_a_plan_that_has_not_started_owes_nothing() -> None:
    assert list(owed(given(*COMMITTED))) == []


def test_an_account_is_due_six_months_after_its_year_and_never_drifts() -> None:
    assert [base_due(year, PARAMETERS) for year in (2013, 2015, 2016)] == [
        date(2014, 6, 30),
        date(2016, 6, 30),
        date(2017, 6, 30),
    ]


def test_a_years_reports_open_when_the_year_has_ended() -> None:
    assert when(passed(date(2014, 1, 1)), given(*RUNNING)) == [
        e.ReportsOpened(on=date(2014, 1, 1), year=2013)
    ]


def test_a_report_is_not_overdue_on_its_last_day() -> None:
    assert when(passed(date(2014, 6, 30)), given(*OPENED)) == []


def test_each_report_that_is_not_sent_is_overdue_the_day_after() -> None:
    events = when(passed(date(2014, 7, 1)), given(*OPENED))

    assert [(event.type, event.on) for event in events] == [
        ("report_overdue", date(2014, 7, 1))
    ] * 3


def test_a_report_is_overdue_once() -> None:
    assert when(passed(date(2014, 8, 1)), given(*OVERDUE)) == []


def test_a_worker_that_was_down_over_many_dates_records_each_on_its_own_day() -> None:
    events = when(passed(date(2015, 8, 1)), given(*COMMITTED))

    days = [event.on for event in events]
    assert days == sorted(days)
    assert [event.type for event in events] == [
        "plan_started",
        "reports_opened",
        *["report_overdue"] * 3,
        "reports_opened",
        *["report_overdue"] * 3,
    ]


def test_a_report_that_was_sent_is_never_overdue() -> None:
    events = when(passed(date(2014, 7, 1)), given(*OPENED, SENT))

    assert ACCOUNT not in {event.artefact for event in events if isinstance(event, e.ReportOverdue)}


def test_a_late_report_is_sent_all_the_same() -> None:
    plan = then(_submit(date(2014, 8, 4)), given(*OVERDUE))

    report = plan.report(2013, ACCOUNT)
    assert (report.submitted_on, report.is_overdue) == (date(2014, 8, 4), False)


def test_a_report_is_sent_once() -> None:
    refused("report_already_submitted", _submit(date(2014, 5, 3)), given(*OPENED, SENT))


def test_no_report_is_sent_for_a_year_outside_the_plan() -> None:
    facts = refused("report_not_owed", _submit(date(2014, 5, 2), year=2012), given(*OPENED))

    assert facts["known"] == ["2013", "2014", "2015", "2016", "2017"]


def test_no_account_is_sent_of_a_year_that_is_not_over() -> None:
    refused("report_not_owed", _submit(date(2014, 5, 2), year=2014), given(*OPENED))


def test_the_last_account_is_sent_as_soon_as_the_plan_is_over() -> None:
    last = _submit(date(2017, 10, 2), year=2017)

    assert then(last, given(*EXPIRED)).report(2017, ACCOUNT).submitted_on == date(2017, 10, 2)


def test_a_milestone_plan_for_the_coming_year_is_sent_before_the_year_ends() -> None:
    early = _submit(date(2013, 11, 4), Artefact.MILESTONES)

    assert when(early, given(*RUNNING))


def test_lbf_accepts_a_report() -> None:
    accepted = _accept(date(2014, 6, 2))

    plan = then(accepted, given(*OPENED, SENT))

    assert plan.report(2013, ACCOUNT).accepted_on == date(2014, 6, 2)
    refused("report_already_accepted", accepted, plan)


def test_lbf_accepts_only_what_was_sent() -> None:
    refused("report_not_submitted", _accept(date(2014, 6, 2)), given(*OPENED))


def test_lbf_does_not_answer_before_it_was_sent() -> None:
    refused("day_too_early", _accept(date(2014, 5, 1)), given(*OPENED, SENT))


def test_a_returned_report_is_owed_again_until_the_day_that_lbf_names() -> None:
    plan = then(_return(date(2014, 7, 15), date(2014, 8, 15)), given(*OPENED, SENT))

    assert report_due(plan, 2013, ACCOUNT, PARAMETERS) == date(2014, 8, 15)
    assert (2013, ACCOUNT) not in [
        (year, artefact)
        for year, artefact, _ in missing_reports(plan, date(2014, 8, 15), PARAMETERS)
    ]


def test_a_report_that_was_returned_in_time_is_not_overdue_for_the_days_before() -> None:
    returned = _return(date(2014, 7, 15), date(2014, 8, 15))

    events = when(returned, given(*OPENED, SENT))

    assert not [
        each for each in events if isinstance(each, e.ReportOverdue) and each.artefact is ACCOUNT
    ]


def test_a_returned_report_without_a_day_has_four_weeks() -> None:
    plan = given(*OPENED, SENT, _return(date(2014, 6, 20)))

    assert report_due(plan, 2013, ACCOUNT, PARAMETERS) == date(2014, 7, 18)


def test_a_report_that_is_returned_and_forgotten_is_overdue_anew() -> None:
    late = _submit(date(2014, 7, 10))
    returned = _return(date(2014, 7, 15), date(2014, 8, 15))

    events = when(passed(date(2014, 8, 16)), given(*OVERDUE, late, returned))

    assert events == [e.ReportOverdue(on=date(2014, 8, 16), year=2013, artefact=ACCOUNT)]


def test_a_returned_report_is_sent_again() -> None:
    returned = _return(date(2014, 6, 2))
    anew = _submit(date(2014, 6, 16))

    report = given(*OPENED, SENT, returned, anew).report(2013, ACCOUNT)

    assert (report.submitted_on, report.returned_on) == (date(2014, 6, 16), None)


def test_lbf_extends_a_report_after_its_date_has_passed() -> None:
    plan = then(_extend(date(2014, 7, 10), date(2014, 9, 1)), given(*OVERDUE))

    assert report_due(plan, 2013, ACCOUNT, PARAMETERS) == date(2014, 9, 1)
    assert not plan.report(2013, ACCOUNT).is_overdue


def test_a_report_past_its_extension_is_overdue_again() -> None:
    extended = _extend(date(2014, 7, 10), date(2014, 9, 1))

    events = when(passed(date(2014, 9, 2)), given(*OVERDUE, extended))

    assert events == [e.ReportOverdue(on=date(2014, 9, 2), year=2013, artefact=ACCOUNT)]


def test_an_extension_gives_a_later_date() -> None:
    earlier = _extend(date(2014, 2, 3), date(2014, 6, 30))

    assert refused("extension_not_later", earlier, given(*OPENED))["due"] == "2014-06-30"


def test_the_clock_waits_for_the_day_after_an_extension() -> None:
    others = [_submit(date(2014, 5, 2), each) for each in Artefact if each is not ACCOUNT]
    plan = given(*OPENED, *others, _extend(date(2014, 6, 2), date(2014, 9, 1)))

    assert next_by_clock(plan, Context(date(2014, 7, 1), REFERENCE)) == date(2014, 9, 2)


def test_a_plan_that_is_only_drafted_gets_no_reports() -> None:
    refused("report_not_owed", _submit(date(2013, 1, 8)), given(DRAFT))
