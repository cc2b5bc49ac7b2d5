"""The plan goes to LBF, is committed to or refused, and starts when its day comes."""

from datetime import date

import pytest

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.context import Context
from domain.plan.decision import Outcome
from domain.plan.life import next_by_clock
from domain.plan.progress import phase
from domain.plan.state import Phase
from tests.domain.build import (
    APPROVED,
    AT_COUNCIL,
    AT_FINANCE,
    AT_LBF,
    COMMIT,
    COMMITTED,
    CONTENT,
    MILLION_KR,
    REASON,
    RUNNING,
    SEND,
    SUBMITTED,
    content,
    decided,
    given,
    passed,
    period,
    refused,
    then,
    when,
)
from tests.domain.city import REFERENCE

START = date(2013, 9, 1)
REFUSE = c.RecordLbfRefusal(on=date(2013, 6, 3), document_number="2013-72", reason=REASON)
WITHDRAW = c.Withdraw(on=date(2013, 6, 3), reason=REASON)


def test_an_approved_plan_is_sent_to_lbf() -> None:
    assert phase(given(*AT_LBF)) is Phase.AT_LBF


def test_a_plan_is_sent_to_lbf_through_the_council() -> None:
    refused("not_approved_by_council", SEND, given(*AT_COUNCIL))


def test_a_plan_is_sent_once() -> None:
    assert refused("already_sent", SEND, given(*AT_LBF)) == {"on": "2013-04-18"}


def test_a_withdrawn_plan_is_not_sent() -> None:
    refused("plan_ended", SEND, given(*APPROVED, WITHDRAW))


def test_a_plan_is_not_sent_before_the_council_approved_it() -> None:
    early = SEND.model_copy(update={"on": date(2013, 4, 10)})

    assert refused("day_too_early", early, given(*APPROVED))["earliest"] == "2013-04-11"


def test_lbf_commits() -> None:
    plan = given(*COMMITTED)

    assert (phase(plan), plan.committed_oere) == (Phase.COMMITTED, 9 * MILLION_KR)


def test_lbf_commits_to_less() -> None:
    smaller = COMMIT.model_copy(update={"amount_oere": 8 * MILLION_KR})

    plan = then(smaller, given(*AT_LBF))

    assert (phase(plan), plan.committed_oere) == (Phase.COMMITTED, 8 * MILLION_KR)


def test_lbf_does_not_commit_to_more_than_was_applied_for() -> None:
    larger = COMMIT.model_copy(update={"amount_oere": 9 * MILLION_KR + 1})

    refused("commitment_too_high", larger, given(*AT_LBF))


def test_lbf_answers_what_was_sent() -> None:
    refused("not_sent", COMMIT, given(*APPROVED))


def test_lbf_commits_once() -> None:
    refused("already_committed", COMMIT, given(*COMMITTED))


def test_a_commitment_is_not_refused_afterwards() -> None:
    refused("already_committed", REFUSE, given(*COMMITTED))


def test_lbfs_refusal_ends_the_plan() -> None:
    plan = then(REFUSE, given(*AT_LBF))

    assert (phase(plan), plan.ended_on) == (Phase.REFUSED_BY_LBF, date(2013, 6, 3))


def test_a_refused_plan_gets_no_commitment() -> None:
    refused("plan_ended", COMMIT, given(*AT_LBF, REFUSE))


def test_the_plan_starts_by_itself_on_its_day() -> None:
    events = when(passed(START), given(*COMMITTED))

    assert events == [e.PlanStarted(on=START, is_money_released=True)]


def test_the_plan_does_not_start_a_day_early() -> None:
    assert when(passed(date(2013, 8, 31)), given(*COMMITTED)) == []


def test_a_plan_whose_money_was_forgotten_runs_and_says_so() -> None:
    forgotten = decided("br", date(2013, 4, 11), points=("content", "lbf"))

    events = when(passed(START), given(*AT_COUNCIL, forgotten, SEND, COMMIT))

    assert events == [e.PlanStarted(on=START, is_money_released=False)]


def test_a_start_that_a_late_clock_sees_has_its_own_day() -> None:
    events = when(passed(date(2013, 9, 16)), given(*COMMITTED))

    assert events == [e.PlanStarted(on=START, is_money_released=True)]


@pytest.mark.parametrize(
    ("history", "lacks"),
    [
        (SUBMITTED, ("approval", "commitment")),
        (AT_LBF, ("commitment",)),
    ],
)
def test_a_start_day_without_what_it_takes_passes_loudly(
    history: tuple[c.PlanCommand, ...], lacks: tuple[str, ...]
) -> None:
    events = when(passed(START), given(*history))

    assert [(event.type, event.on) for event in events] == [("start_date_passed", START)]
    assert events[0].lacks == lacks  # type: ignore[union-attr]


def test_a_start_day_passes_once() -> None:
    assert when(passed(date(2013, 10, 1)), given(*AT_LBF, passed(START))) == []


def test_a_start_day_that_is_moved_can_pass_again() -> None:
    moved = content(period=period(date(2013, 11, 1), date(2017, 10, 31)))
    change = c.Change(on=date(2013, 9, 10), content=moved, reason=REASON)

    events = when(passed(date(2013, 11, 1)), given(*AT_LBF, passed(START), change))

    assert [(event.type, event.on) for event in events] == [
        ("start_date_passed", date(2013, 11, 1))
    ]


def test_a_plan_that_lbf_commits_to_after_its_start_day_starts_with_the_commitment() -> None:
    late = COMMIT.model_copy(update={"on": date(2013, 10, 7)})

    events = when(late, given(*AT_LBF, passed(START)))

    assert [(event.type, event.on) for event in events] == [
        ("lbf_committed", date(2013, 10, 7)),
        ("plan_started", date(2013, 10, 7)),
    ]


def test_the_clock_comes_before_a_command_that_arrives_after_it() -> None:
    late = c.Withdraw(reason=REASON)

    refused("already_running", late, given(*COMMITTED), today=date(2013, 9, 2))


def test_what_the_clock_brought_first_is_recorded_with_the_command() -> None:
    remark = c.AddRemark(remark=REASON)

    events = when(remark, given(*COMMITTED), today=date(2013, 9, 2))

    assert [event.type for event in events] == ["plan_started", "remark_added"]


def test_a_plan_waits_for_its_start_day() -> None:
    assert next_by_clock(given(*COMMITTED), Context(date(2013, 7, 1), REFERENCE)) == START


def test_nothing_more_is_awaited_of_a_plan_that_is_over() -> None:
    rejected = given(*AT_COUNCIL, decided("br", date(2013, 4, 11), Outcome.REJECTED))

    assert next_by_clock(rejected, Context(date(2013, 5, 1), REFERENCE)) is None


def test_a_plan_under_way_is_changed_by_a_document() -> None:
    changed = content(title="Hothers Plads Helhedsplanen")

    plan = then(c.Change(content=changed, reason=REASON), given(*AT_FINANCE))

    assert plan.content.title == "Hothers Plads Helhedsplanen"
    assert phase(plan) is Phase.FINANCE


def test_a_draft_is_revised_and_not_changed() -> None:
    refused("still_a_draft", c.Change(content=CONTENT, reason=REASON), given(*SUBMITTED[:1]))


def test_a_change_keeps_within_the_municipal_ceiling() -> None:
    lbf, pool, rest = CONTENT.funding
    more = pool.model_copy(update={"amount_oere": pool.amount_oere + 1})
    less = rest.model_copy(update={"amount_oere": rest.amount_oere - 1})
    dearer = content(funding=(lbf, more, less))

    refused("municipal_share_too_high", c.Change(content=dearer, reason=REASON), given(*AT_FINANCE))


def test_a_running_plan_moves_its_end_by_an_extension_only() -> None:
    longer = content(period=period(START, date(2018, 8, 31)), period_reason=REASON)

    refused("period_by_extension", c.Change(content=longer, reason=REASON), given(*RUNNING))
