"""Everything that the shipped script does shows in dates, money and mails."""

from datetime import date

import pytest

from domain.plan import events as e
from domain.plan.decision import Outcome
from rehearsal.play import Rehearsal
from tests.lifecycle.conftest import DISTURBED, life, mails_about

# One worker plays the eighteen once for this module and the next.
pytestmark = [pytest.mark.xdist_group("eighteen"), pytest.mark.timeout(300)]


def decided(rehearsal: Rehearsal, plan: str, body: str, point: str = "content") -> list[date]:
    return [
        event.on
        for event in life(rehearsal, plan).events
        if isinstance(event, e.DecisionRecorded)
        and (event.sitting.body, event.ruling.point) == (body, point)
    ]


def only(rehearsal: Rehearsal, plan: str, kind: type[e.Event]) -> list[e.Event]:
    return [event for event in life(rehearsal, plan).events if isinstance(event, kind)]


def test_the_eighteen_of_2014_are_played_until_they_are_closed(eighteen: Rehearsal) -> None:
    assert (len(eighteen.lives), eighteen.finished) == (18, 18)


def test_no_command_of_the_script_is_refused(eighteen: Rehearsal) -> None:
    assert [each for life in eighteen.lives for each in life.refused] == []


def test_every_reminder_is_accounted_for(eighteen: Rehearsal) -> None:
    assert [each for each in eighteen.missed if each.kind == "notice_due"] == []


def test_at_the_end_no_alarm_rings(eighteen: Rehearsal) -> None:
    assert [each for each in eighteen.missed if each.kind == "alarm_ringing"] == []


def test_nothing_happens_to_the_other_plans(eighteen: Rehearsal) -> None:
    whats = {each.what for each in eighteen.missed if each.plan not in DISTURBED}

    assert whats == {"draft_idle"}  # nobody touches a draft for two hundred days


# A postponement.


def test_a_postponed_case_is_taken_at_the_bodys_next_meeting(eighteen: Rehearsal) -> None:
    assert decided(eighteen, "paerehaven", "sou") == [date(2012, 8, 15), date(2012, 9, 5)]


def test_a_postponement_costs_the_meetings_after_it(
    eighteen: Rehearsal, undisturbed: Rehearsal
) -> None:
    late, early = (decided(each, "paerehaven", "br") for each in (eighteen, undisturbed))

    assert (early, late) == ([date(2012, 8, 30)], [date(2012, 10, 11)])


def test_a_postponement_moves_the_money_as_well(
    eighteen: Rehearsal, undisturbed: Rehearsal
) -> None:
    late, early = (decided(each, "paerehaven", "br", "money") for each in (eighteen, undisturbed))

    assert late > early


# A return to a named step.


def test_a_return_to_the_committees_lets_them_decide_again_but_not_the_forum(
    eighteen: Rehearsal,
) -> None:
    bodies = ("forum-amager-sundby", "tmu", "sou", "oeu", "br")
    counts = [len(decided(eighteen, "roennebaerhaven", body)) for body in bodies]

    assert counts == [1, 2, 2, 2, 1]


def test_a_return_moves_council_and_commitment(eighteen: Rehearsal, undisturbed: Rehearsal) -> None:
    def days(rehearsal: Rehearsal) -> list[date]:
        committed = only(rehearsal, "roennebaerhaven", e.LbfCommitted)
        return [*decided(rehearsal, "roennebaerhaven", "br"), *(each.on for each in committed)]

    assert (days(undisturbed), days(eighteen)) == (
        [date(2013, 1, 31), date(2013, 3, 21)],
        [date(2013, 3, 7), date(2013, 4, 25)],
    )


# A late report.


def test_a_late_report_is_overdue_until_it_comes(eighteen: Rehearsal) -> None:
    overdue = only(eighteen, "mirabellehaven", e.ReportOverdue)
    sent = [
        event.on
        for event in only(eighteen, "mirabellehaven", e.ReportSubmitted)
        if isinstance(event, e.ReportSubmitted)
        and (event.year, event.artefact) == (2014, e.Artefact.ACCOUNT)
    ]

    assert ([event.on for event in overdue], sent) == ([date(2015, 7, 1)], [date(2015, 7, 21)])


def test_a_late_report_climbs_the_ladder_to_the_case_officer(eighteen: Rehearsal) -> None:
    mails = mails_about(eighteen, "mirabellehaven", "report/2014/account")
    after = sorted({mail.on for mail in mails if mail.on > date(2015, 6, 30)})

    assert after[:2] == [date(2015, 7, 7), date(2015, 7, 14)]


def test_a_report_in_time_is_never_called_late(undisturbed: Rehearsal) -> None:
    assert only(undisturbed, "mirabellehaven", e.ReportOverdue) == []


# A smaller commitment.


def test_a_smaller_commitment_is_what_the_plan_has_and_spends(
    eighteen: Rehearsal, undisturbed: Rehearsal
) -> None:
    def money(rehearsal: Rehearsal) -> list[int]:
        committed = only(rehearsal, "hasselhaven", e.LbfCommitted)
        spent = only(rehearsal, "hasselhaven", e.FinalAccountAccepted)
        return [
            *(each.amount_oere for each in committed if isinstance(each, e.LbfCommitted)),
            *(each.spent_oere for each in spent if isinstance(each, e.FinalAccountAccepted)),
        ]

    assert (money(eighteen), money(undisturbed)) == ([550_000_000] * 2, [630_000_000] * 2)


# A bounce.


def test_after_a_bounce_nothing_more_goes_to_that_address(eighteen: Rehearsal) -> None:
    address = "helhedsplan@bf-mosevang.example"
    days = [m.on for life in eighteen.lives for m in life.mails if m.to == address]

    assert max(days) < date(2014, 5, 1)


def test_after_a_bounce_the_next_in_line_is_told_the_same_day(
    eighteen: Rehearsal, undisturbed: Rehearsal
) -> None:
    def first_of_2013(rehearsal: Rehearsal) -> set[tuple[date, str]]:
        mails = mails_about(rehearsal, "solbaerhaven", "report/2013/account/2014-06-30/-60")
        return {(mail.on, mail.to) for mail in mails}

    assert (first_of_2013(undisturbed), first_of_2013(eighteen)) == (
        {(date(2014, 5, 1), "helhedsplan@bf-mosevang.example")},
        {(date(2014, 5, 5), "p-0003@kommune.example")},  # who reads on Mondays
    )


# A call-in.


def test_a_committees_decision_that_was_called_in_is_decided_by_the_council(
    eighteen: Rehearsal,
) -> None:
    point = "contribution-sud"
    days = [decided(eighteen, "solbaerhaven", body, point) for body in ("sud", "br")]

    assert days == [[date(2012, 12, 12)], [date(2013, 1, 10)]]


def test_what_nobody_called_in_is_not_brought_to_the_council(eighteen: Rehearsal) -> None:
    assert decided(eighteen, "solbaerhaven", "br", "contribution-buu") == []


def test_the_council_can_only_say_yes_to_what_was_stopped_after_it(eighteen: Rehearsal) -> None:
    yes = [
        event.ruling.outcome
        for event in life(eighteen, "solbaerhaven").events
        if isinstance(event, e.DecisionRecorded) and event.ruling.point == "contribution-sud"
    ]

    assert yes == [Outcome.APPROVED, Outcome.APPROVED]


# A forgotten release.


def test_a_plan_whose_money_was_forgotten_runs_without_it(
    eighteen: Rehearsal, undisturbed: Rehearsal
) -> None:
    def released(rehearsal: Rehearsal) -> list[bool]:
        started = only(rehearsal, "stikkelsbaerhaven", e.PlanStarted)
        return [each.is_money_released for each in started if isinstance(each, e.PlanStarted)]

    assert (released(eighteen), released(undisturbed)) == ([False], [True])


def test_the_alarm_is_counted_back_from_the_last_meetings_that_save_the_start(
    eighteen: Rehearsal,
) -> None:
    mails = mails_about(eighteen, "stikkelsbaerhaven", "package_paper/money")

    assert sorted({mail.on for mail in mails}) == [
        date(2013, 10, 2),  # twenty working days before
        date(2013, 10, 23),  # five
        date(2013, 10, 30),  # the last day
    ]


def test_the_alarm_rings_from_the_start_until_the_money_is_released(eighteen: Rehearsal) -> None:
    mails = mails_about(eighteen, "stikkelsbaerhaven", "release/money")
    released_on = decided(eighteen, "stikkelsbaerhaven", "br", "money")

    assert (sorted({mail.on for mail in mails}), released_on) == (
        [
            date(2014, 1, 2),
            date(2014, 1, 8),
            date(2014, 1, 15),
            date(2014, 1, 22),
            date(2014, 1, 29),
            date(2014, 2, 28),
            date(2014, 4, 1),
        ],
        [date(2014, 4, 10)],
    )


def test_the_alarm_reaches_case_officer_and_head_of_office(eighteen: Rehearsal) -> None:
    mails = mails_about(eighteen, "stikkelsbaerhaven", "release/money")

    assert {mail.to for mail in mails} == {"p-0002@kommune.example", "p-0005@kommune.example"}


def test_what_was_forgotten_is_reported_as_missed(eighteen: Rehearsal) -> None:
    missed = {each.what: each.on for each in eighteen.missed if each.plan == "stikkelsbaerhaven"}

    assert missed == {
        "draft_idle": date(2012, 10, 23),
        "package_paper/money": date(2013, 10, 30),
        "release/money": date(2014, 1, 1),
    }
