"""Every outcome of a decision has its own effect on the plan."""

from datetime import date

import pytest

from domain.plan import commands as c
from domain.plan.decision import Basis, Outcome
from domain.plan.package import PointStatus, package
from domain.plan.progress import (
    Standing,
    council_approved_on,
    ended_by,
    open_steps,
    phase,
    standing_decisions,
)
from domain.plan.state import Phase, Plan
from tests.domain.build import (
    APPROVED,
    AT_COMMITTEES,
    AT_COUNCIL,
    AT_FINANCE,
    OEU_YES,
    REASON,
    SUBMITTED,
    SUD_YES,
    TMU_YES,
    again,
    decided,
    given,
    paper,
    refused,
    ruling,
    sitting,
    then,
    when,
)

BR = date(2013, 4, 11)
TMU = date(2013, 3, 4)


def _waiting(plan: Plan, point: str = "content") -> list[str]:
    return [step.body for step in open_steps(plan, point)]


# On.


def test_a_committee_waits_for_the_forum() -> None:
    facts = refused("not_this_bodys_turn", TMU_YES, given(*SUBMITTED))

    assert facts["waits_for"] == ["forum-norrebro"]


def test_committees_decide_in_parallel_and_in_any_order() -> None:
    plan = given(*AT_COMMITTEES, SUD_YES)

    assert _waiting(plan) == ["tmu"]


def test_the_finance_committee_waits_for_every_committee() -> None:
    refused("not_this_bodys_turn", OEU_YES, given(*AT_COMMITTEES, TMU_YES))


def test_who_had_postponed_waits_again_for_a_forum_that_decides_anew() -> None:
    postponed = decided("tmu", TMU, Outcome.POSTPONED)
    forum = again(decided("forum-norrebro", TMU, Outcome.POSTPONED))

    assert _waiting(given(*AT_COMMITTEES, postponed, forum)) == ["forum-norrebro"]


def test_the_councils_yes_approves_the_plan() -> None:
    plan = given(*APPROVED)

    assert (phase(plan), council_approved_on(plan)) == (Phase.APPROVED, BR)


def test_a_condition_lets_the_point_go_on_and_opens_a_task() -> None:
    yes_but = decided("tmu", TMU, Outcome.APPROVED_WITH_CONDITION, condition=REASON)

    plan = then(yes_but, given(*AT_COMMITTEES, SUD_YES))

    assert phase(plan) is Phase.FINANCE
    assert plan.decisions[-1].ruling.answer_by == date(2013, 4, 1)
    assert not plan.decisions[-1].is_answered


def test_a_condition_is_answered_once() -> None:
    yes_but = decided("tmu", TMU, Outcome.APPROVED_WITH_CONDITION, condition=REASON)
    decision = given(*AT_COMMITTEES, yes_but).decisions[-1].id
    answer = c.AnswerCondition(decision=decision, answer=REASON, on=date(2013, 3, 12))

    plan = then(answer, given(*AT_COMMITTEES, yes_but))

    assert plan.decisions[-1].is_answered
    refused("condition_already_answered", answer, plan)


def test_only_a_condition_is_answered() -> None:
    answer = c.AnswerCondition(decision="d1", answer=REASON)

    refused("no_condition", answer, given(*AT_COMMITTEES))


def test_a_yes_with_a_condition_says_which() -> None:
    refused(
        "condition_required",
        decided("tmu", TMU, Outcome.APPROVED_WITH_CONDITION),
        given(*AT_COMMITTEES),
    )


# Not yet.


def test_a_postponed_case_moves_to_the_bodys_next_meeting() -> None:
    postponed = decided("tmu", TMU, Outcome.POSTPONED)

    plan = then(postponed, given(*AT_COMMITTEES))

    step = next(step for step in open_steps(plan, "content") if step.body == "tmu")
    assert (step.standing, step.meeting_on) == (Standing.POSTPONED, date(2013, 3, 18))


def test_a_case_is_postponed_to_the_meeting_that_the_body_names() -> None:
    named = decided("tmu", TMU, Outcome.POSTPONED, postponed_to=date(2013, 4, 29))

    plan = then(named, given(*AT_COMMITTEES))

    assert open_steps(plan, "content")[0].meeting_on == date(2013, 4, 29)


def test_a_new_paper_outranks_the_meeting_that_a_postponement_named() -> None:
    postponed = decided("tmu", TMU, Outcome.POSTPONED, postponed_to=date(2013, 3, 18))
    moved = paper(("tmu", date(2013, 4, 29)))

    plan = then(moved, given(*AT_COMMITTEES, postponed))

    assert open_steps(plan, "content")[0].meeting_on == date(2013, 4, 29)


def test_a_postponed_case_keeps_its_earlier_approvals() -> None:
    plan = then(decided("oeu", date(2013, 3, 26), Outcome.POSTPONED), given(*AT_FINANCE))

    assert set(standing_decisions(plan, "content")) == {"forum-norrebro", "tmu", "sud", "oeu"}
    assert phase(plan) is Phase.FINANCE


def test_a_postponed_case_is_decided_at_a_later_meeting() -> None:
    postponed = decided("tmu", TMU, Outcome.POSTPONED)
    later = decided("tmu", date(2013, 3, 18))

    plan = then(later, given(*AT_COMMITTEES, SUD_YES.model_copy(), postponed))

    assert phase(plan) is Phase.FINANCE


def test_a_case_is_not_postponed_into_the_past() -> None:
    backwards = decided("tmu", TMU, Outcome.POSTPONED, postponed_to=TMU)

    refused("postponed_backwards", backwards, given(*AT_COMMITTEES))


def test_a_case_taken_off_the_agenda_is_back_with_the_case_office() -> None:
    filed = paper(("tmu", TMU), ("sud", date(2013, 3, 6)))
    off = decided("tmu", TMU, Outcome.WITHDRAWN_FROM_AGENDA)

    plan = then(off, given(*AT_COMMITTEES, filed))

    assert open_steps(plan, "content")[0].standing is Standing.WITH_CASE_OFFICE
    assert package(plan)[0].status is PointStatus.MISSING


def test_a_new_paper_puts_a_case_taken_off_the_agenda_on_its_way_again() -> None:
    off = decided("tmu", TMU, Outcome.WITHDRAWN_FROM_AGENDA)

    plan = then(paper(("tmu", date(2013, 3, 18))), given(*AT_COMMITTEES, off))

    assert open_steps(plan, "content")[0].standing is Standing.ON_AGENDA
    assert package(plan)[0].status is PointStatus.ON_ITS_WAY


@pytest.mark.parametrize("outcome", [Outcome.DISCUSSED, Outcome.NOTED])
def test_what_is_only_discussed_or_noted_has_no_effect(outcome: Outcome) -> None:
    plan = then(decided("tmu", TMU, outcome), given(*AT_COMMITTEES))

    assert _waiting(plan) == ["tmu", "sud"]
    assert plan.decisions[-1].ruling.outcome is outcome


def test_what_was_discussed_is_recorded_once() -> None:
    discussed = decided("tmu", TMU, Outcome.DISCUSSED)

    assert refused("already_decided", discussed, given(*AT_COMMITTEES, discussed))["outcome"] == (
        "discussed"
    )


# Back.


def test_a_case_goes_back_to_a_named_step_and_only_later_approvals_lapse() -> None:
    back = decided("br", BR, Outcome.SENT_BACK, returned_to="committees")

    plan = then(back, given(*AT_COUNCIL))

    assert set(standing_decisions(plan, "content")) == {"forum-norrebro"}
    assert (phase(plan), _waiting(plan)) == (Phase.COMMITTEES, ["tmu", "sud"])


def test_a_case_sent_back_to_finance_keeps_its_committees() -> None:
    back = decided("br", BR, Outcome.SENT_BACK, returned_to="finance")

    plan = then(back, given(*AT_COUNCIL))

    assert set(standing_decisions(plan, "content")) == {"forum-norrebro", "tmu", "sud"}
    assert _waiting(plan) == ["oeu"]


def test_a_case_that_was_sent_back_comes_through_by_new_decisions() -> None:
    back = decided("br", BR, Outcome.SENT_BACK, returned_to="finance")
    finance = decided("oeu", date(2013, 5, 14))
    council = decided("br", date(2013, 5, 30))

    plan = then(council, given(*AT_COUNCIL, back, finance))

    assert council_approved_on(plan) == date(2013, 5, 30)


def test_the_paper_of_a_case_that_was_sent_back_is_spent() -> None:
    filed = paper(("tmu", TMU), ("tmu", date(2013, 3, 18)))
    back = decided("tmu", TMU, Outcome.SENT_BACK, returned_to="forum")
    review = decided("forum-norrebro", date(2013, 3, 5))

    plan = given(*AT_COMMITTEES, filed, back, review)

    assert open_steps(plan, "content")[0].standing is Standing.WAITING
    assert package(plan)[0].status is PointStatus.MISSING


def test_other_points_stand_when_one_is_sent_back() -> None:
    back = decided("br", BR, Outcome.SENT_BACK, points=("money",), returned_to="finance")
    yes = decided("br", BR, points=("content", "lbf"))

    plan = given(*AT_COUNCIL, yes, back)

    assert (phase(plan), _waiting(plan, "money")) == (Phase.APPROVED, ["oeu"])


def test_a_case_is_sent_back_to_a_named_step() -> None:
    facts = refused("step_required", decided("br", BR, Outcome.SENT_BACK), given(*AT_COUNCIL))

    assert facts["known"] == ["draft", "forum", "committees", "finance"]


def test_a_case_is_not_sent_forward() -> None:
    forward = decided("tmu", TMU, Outcome.SENT_BACK, returned_to="finance")

    assert refused("step_not_earlier", forward, given(*AT_COMMITTEES))["known"] == [
        "draft",
        "forum",
    ]


def test_only_what_is_sent_back_names_a_step() -> None:
    refused("step_without_return", decided("tmu", TMU, returned_to="forum"), given(*AT_COMMITTEES))


# No.


def test_a_recommending_bodys_no_goes_along_upward() -> None:
    plan = then(decided("tmu", TMU, Outcome.REJECTED), given(*AT_COMMITTEES, SUD_YES))

    assert phase(plan) is Phase.FINANCE


def test_a_deciding_bodys_no_ends_the_plan() -> None:
    plan = then(decided("br", BR, Outcome.REJECTED), given(*AT_COUNCIL))

    assert phase(plan) is Phase.REJECTED
    assert ended_by(plan, "content") == plan.decisions[-1]


def test_a_no_to_the_money_ends_the_money_only() -> None:
    no = decided("br", BR, Outcome.REJECTED, points=("money",))
    yes = decided("br", BR, points=("content", "lbf"))

    plan = given(*AT_COUNCIL, no, yes)

    assert phase(plan) is Phase.APPROVED
    assert [item.status for item in package(plan)] == [
        PointStatus.DECIDED,
        PointStatus.DECIDED,
        PointStatus.ENDED,
    ]


@pytest.mark.parametrize("outcome", [Outcome.DROPPED, Outcome.LAPSED])
def test_a_point_that_is_dropped_or_lapses_ends_wherever_it_is(outcome: Outcome) -> None:
    plan = then(decided("tmu", TMU, outcome), given(*AT_COMMITTEES))

    assert (phase(plan), _waiting(plan)) == (Phase.LAPSED, [])


def test_nothing_is_decided_about_a_plan_that_has_ended() -> None:
    rejected = decided("br", BR, Outcome.REJECTED)

    refused("plan_ended", decided("br", date(2013, 5, 30)), given(*AT_COUNCIL, rejected))


def test_a_body_that_ended_a_point_is_named_to_those_who_come_after() -> None:
    dropped = decided("tmu", TMU, Outcome.DROPPED, points=("money",))
    oeu = decided("oeu", date(2013, 3, 26), points=("money",))

    facts = refused("already_decided", oeu, given(*AT_COMMITTEES, dropped))

    assert (facts["body"], facts["outcome"]) == ("tmu", "dropped")


# Reasons.


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.APPROVED])
def test_every_outcome_but_a_plain_yes_asks_for_the_minutes_reason(outcome: Outcome) -> None:
    unexplained = ruling(
        outcome,
        minutes_give_no_reason=False,
        returned_to="forum" if outcome is Outcome.SENT_BACK else None,
        condition=REASON if outcome is Outcome.APPROVED_WITH_CONDITION else None,
    )
    command = c.RecordDecision(sitting=sitting("tmu", TMU), rulings=(unexplained,))

    refused("reason_required", command, given(*AT_COMMITTEES))


def test_the_minutes_cannot_both_give_a_reason_and_give_none() -> None:
    both = decided("tmu", TMU, Outcome.POSTPONED, reason=REASON, minutes_give_no_reason=True)

    refused("reason_contradicts", both, given(*AT_COMMITTEES))


# Meetings and turns.


def test_a_meeting_to_come_has_decided_nothing() -> None:
    refused("meeting_in_future", TMU_YES, given(*AT_COMMITTEES), today=date(2013, 3, 3))


def test_no_meeting_dealt_with_a_plan_before_it_was_submitted() -> None:
    early = decided("forum-norrebro", date(2013, 1, 8))

    refused("meeting_before_submission", early, given(*SUBMITTED))


def test_a_body_does_not_meet_on_a_case_before_those_ahead_of_it() -> None:
    early = decided("oeu", date(2013, 3, 5))

    facts = refused("meeting_out_of_order", early, given(*AT_FINANCE))

    assert (facts["after_body"], facts["after_meeting_on"]) == ("sud", "2013-03-06")


def test_a_body_outside_the_route_does_not_decide() -> None:
    refused("body_not_on_route", decided("biu", TMU), given(*AT_COMMITTEES))


def test_a_decision_is_about_a_point_of_the_plan() -> None:
    refused("unknown_point", decided("tmu", TMU, points=("lunch",)), given(*AT_COMMITTEES))


def test_one_meeting_rules_once_on_a_point() -> None:
    refused(
        "point_ruled_twice", decided("tmu", TMU, points=("money", "money")), given(*AT_COMMITTEES)
    )


def test_several_points_of_one_item_are_recorded_one_by_one() -> None:
    events = when(TMU_YES, given(*AT_COMMITTEES))

    assert [event.type for event in events] == ["decision_recorded"] * 3
    assert [d.id for d in given(*AT_COMMITTEES, TMU_YES).decisions] == ["d1", "d2", "d3", "d4"]


def test_recusal_seat_and_basis_are_kept_in_the_record() -> None:
    place = sitting("tmu", TMU, recused=("p-0031",), seat="secretary of TMU", basis="chair")
    command = c.RecordDecision(sitting=place, rulings=(ruling(Outcome.APPROVED),))

    kept = then(command, given(*AT_COMMITTEES)).decisions[-1].sitting

    assert (kept.recused, kept.seat, kept.basis) == (("p-0031",), "secretary of TMU", Basis.CHAIR)
