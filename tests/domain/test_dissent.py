"""Votes, dissents that go along to LBF, and committee decisions called in before the council."""

from datetime import date

import pytest

from domain.plan import commands as c
from domain.plan.decision import CallIn, MinorityStatement, Outcome, PartyVote
from domain.plan.package import PointStatus, package
from domain.plan.progress import (
    ended_by,
    is_passed,
    open_steps,
    phase,
)
from domain.plan.state import Phase, Plan
from tests.domain.build import (
    AT_COUNCIL,
    AT_FINANCE,
    SEND,
    decided,
    draft,
    given,
    period,
    refused,
    then,
    when,
)

BR = date(2013, 4, 11)
TMU = date(2013, 3, 4)


def _waiting(plan: Plan, point: str = "content") -> list[str]:
    return [step.body for step in open_steps(plan, point)]


# Votes and dissent.


def _votes(a_for: int = 0, a_against: int = 0, b_for: int = 0, b_against: int = 0) -> object:
    return (
        PartyVote(party="A", votes_for=a_for, votes_against=a_against),
        PartyVote(party="B", votes_for=b_for, votes_against=b_against),
    )


def test_abstentions_do_not_count() -> None:
    votes = (PartyVote(party="A", votes_for=24), PartyVote(party="B", abstained=24))

    plan = then(decided("br", BR, votes=votes), given(*AT_COUNCIL))

    assert is_passed(plan, "content")


@pytest.mark.parametrize("votes", [_votes(a_for=24, b_against=24), _votes(b_against=1), _votes()])
def test_what_has_no_majority_of_the_votes_cast_is_not_adopted(votes: object) -> None:
    refused("votes_contradict_outcome", decided("br", BR, votes=votes), given(*AT_COUNCIL))


def test_what_has_a_majority_is_not_rejected() -> None:
    carried = decided("br", BR, Outcome.REJECTED, votes=_votes(a_for=28, b_against=27))

    refused("votes_contradict_outcome", carried, given(*AT_COUNCIL))


def test_a_tie_lapses() -> None:
    tie = decided("br", BR, Outcome.LAPSED, votes=_votes(a_for=24, b_against=24))

    assert phase(then(tie, given(*AT_COUNCIL))) is Phase.LAPSED


MINORITY_OF_B = MinorityStatement(party="B", reasons_due=date(2013, 4, 18))


def test_a_minoritys_statement_goes_along_to_lbf() -> None:
    dissent = decided("br", BR, votes=_votes(a_for=30, b_against=10), minority=MINORITY_OF_B)
    plan = given(*AT_COUNCIL, dissent)

    sent = then(SEND, plan), when(SEND, plan)[0]

    assert sent[1].dissents == (plan.decisions[-1].id,)  # type: ignore[union-attr]


def test_a_minoritys_statement_on_the_recommendation_to_lbf_goes_along_too() -> None:
    votes = _votes(a_for=30, b_against=10)
    dissent = decided("br", BR, points=("lbf",), votes=votes, minority=MINORITY_OF_B)
    plan = given(*AT_COUNCIL, decided("br", BR), dissent)

    assert when(SEND, plan)[0].dissents == (plan.decisions[-1].id,)  # type: ignore[union-attr]


def test_a_dissent_that_lapsed_with_its_decision_stays_behind() -> None:
    votes = _votes(a_for=5, b_against=2)
    dissent = decided("oeu", date(2013, 3, 26), votes=votes, minority=MINORITY_OF_B)
    back = decided("br", BR, Outcome.SENT_BACK, returned_to="finance")
    finance, council = decided("oeu", date(2013, 5, 14)), decided("br", date(2013, 5, 30))
    plan = given(*AT_FINANCE, dissent, back, finance, council)

    sent = when(SEND.model_copy(update={"on": date(2013, 6, 1)}), plan)[0]

    assert sent.dissents == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("outcome", "votes"),
    [
        (Outcome.APPROVED, _votes(a_for=30, b_for=10)),
        (Outcome.APPROVED, ()),
        (Outcome.REJECTED, _votes(a_against=30, b_against=10)),
        (Outcome.POSTPONED, _votes(a_against=10, b_for=30)),
    ],
)
def test_only_the_minority_states_a_dissent(outcome: Outcome, votes: object) -> None:
    majority = decided("br", BR, outcome, votes=votes, minority=MINORITY_OF_B)

    refused("not_in_minority", majority, given(*AT_COUNCIL))


@pytest.mark.parametrize(
    ("outcome", "votes"),
    [
        (Outcome.REJECTED, _votes(a_against=30, b_for=10)),
        (Outcome.POSTPONED, _votes(a_for=30, b_against=10)),
    ],
)
def test_the_minority_is_the_side_that_lost(outcome: Outcome, votes: object) -> None:
    dissent = decided("br", BR, outcome, votes=votes, minority=MINORITY_OF_B)

    assert then(dissent, given(*AT_COUNCIL)).decisions[-1].ruling.minority == MINORITY_OF_B


# Call-in, on the route of 2007, where committees decide their own contributions.

IN_2007 = (
    draft(period=period(date(2013, 9, 1), date(2017, 8, 31))),
    c.Submit(on=date(2013, 1, 14), route="2007"),
)
SUD_MEETING = date(2013, 3, 6)
STOPPED = CallIn(party="V")


def _contribution(outcome: Outcome = Outcome.APPROVED, **fields: object) -> c.RecordDecision:
    return decided("sud", SUD_MEETING, outcome, points=("contribution-sud",), **fields)


def _council(outcome: Outcome = Outcome.APPROVED, on: date = BR) -> c.RecordDecision:
    return decided("br", on, outcome, points=("contribution-sud",))


def test_a_committee_decides_its_own_contribution() -> None:
    plan = given(*IN_2007, _contribution())

    assert is_passed(plan, "contribution-sud")


def test_a_called_in_decision_comes_before_the_council() -> None:
    plan = given(*IN_2007, _contribution(call_in=STOPPED))

    assert not is_passed(plan, "contribution-sud")
    assert _waiting(plan, "contribution-sud") == ["br"]


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.REJECTED, Outcome.LAPSED])
def test_the_councils_yes_decides_what_was_called_in(outcome: Outcome) -> None:
    plan = then(_council(), given(*IN_2007, _contribution(outcome, call_in=STOPPED)))

    assert is_passed(plan, "contribution-sud")


def test_the_councils_no_ends_what_was_called_in() -> None:
    plan = then(_council(Outcome.REJECTED), given(*IN_2007, _contribution(call_in=STOPPED)))

    assert ended_by(plan, "contribution-sud") == plan.decisions[-1]


def test_a_withdrawn_call_in_restores_the_committees_decision() -> None:
    plan = given(*IN_2007, _contribution(call_in=STOPPED))
    withdrawn = c.WithdrawCallIn(decision="d1", on=date(2013, 3, 8))

    plan = then(withdrawn, plan)

    assert is_passed(plan, "contribution-sud")
    refused("not_called_in", withdrawn, plan)


def test_a_call_in_is_withdrawn_before_the_council_has_met_on_it() -> None:
    plan = given(*IN_2007, _contribution(call_in=STOPPED), _council(Outcome.REJECTED))

    facts = refused("already_decided", c.WithdrawCallIn(decision="d1"), plan)

    assert facts["body"] == "br"


def test_a_recommendation_cannot_be_called_in() -> None:
    refused("call_in_not_possible", decided("sud", SUD_MEETING, call_in=STOPPED), given(*IN_2007))


def test_the_councils_own_decision_cannot_be_called_in() -> None:
    refused("call_in_not_possible", decided("br", BR, call_in=STOPPED), given(*AT_COUNCIL))


def test_four_committees_recommend_the_content_in_parallel() -> None:
    plan = given(*IN_2007)

    assert _waiting(plan) == ["tmu", "sud", "biu", "buu"]


def test_another_committees_contribution_is_not_decided() -> None:
    wrong = decided("biu", SUD_MEETING, points=("contribution-sud",))

    refused("body_not_on_route", wrong, given(*IN_2007))


def test_the_content_goes_up_while_contributions_are_decided_below() -> None:
    own = [
        decided(b, date(2013, 3, 6), points=(f"contribution-{b}",)) for b in ("sud", "biu", "buu")
    ]
    yes = [decided(b, date(2013, 3, 6)) for b in ("tmu", "sud", "biu", "buu")]

    plan = given(*IN_2007, *own, *yes, decided("oeu", date(2013, 3, 26)), decided("br", BR))

    assert all(item.status is PointStatus.DECIDED for item in package(plan))
    assert phase(plan) is Phase.APPROVED
