"""Entries are made once, corrected without loss, and kept apart from new decisions."""

from datetime import date
from uuid import UUID

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.plan.decision import CallIn, Outcome
from domain.plan.progress import council_approved_on, is_passed, phase
from domain.plan.state import Phase
from domain.values import TextRef
from tests.domain.build import (
    APPROVED,
    AT_COMMITTEES,
    AT_COUNCIL,
    AT_FINANCE,
    BR_YES,
    DRAFT,
    DRAFTED,
    OEU_YES,
    OTHER_REASON,
    REASON,
    SUBMIT,
    SUBMITTED,
    TMU_YES,
    again,
    decided,
    given,
    refused,
    ruling,
    sitting,
    then,
    when,
)
from tests.domain.city import REFERENCE

BR = date(2013, 4, 11)


def _correct(
    decision: str,
    body: str,
    on: date,
    outcome: Outcome = Outcome.APPROVED,
    condition: TextRef | None = None,
) -> c.CorrectEntry:
    return c.CorrectEntry(
        decision=decision,
        sitting=sitting(body, on),
        ruling=ruling(outcome, condition=condition),
        reason=OTHER_REASON,
    )


def test_the_same_decision_under_another_id_is_refused_with_who_decided_what_and_when() -> None:
    facts = refused("already_decided", BR_YES, given(*APPROVED))

    assert facts == {
        "point": "content",
        "body": "br",
        "meeting_on": "2013-04-11",
        "outcome": "approved",
        "decision": "d11",
    }


def test_a_conflicting_decision_is_refused_too() -> None:
    refused(
        "already_decided", decided("tmu", date(2013, 3, 4), Outcome.REJECTED), given(*AT_FINANCE)
    )


def test_a_postponement_is_recorded_once_for_a_meeting() -> None:
    postponed = decided("tmu", date(2013, 3, 4), Outcome.POSTPONED)

    refused("already_decided", postponed, given(*AT_COMMITTEES, postponed))


def test_a_form_that_another_entry_overtook_is_stale() -> None:
    facts = refused("stale", TMU_YES, given(*AT_COMMITTEES), version=2)

    assert facts == {"expected": 2, "actual": 3}


def test_a_command_that_the_log_knows_brings_nothing_though_it_would_be_stale_now() -> None:
    known = c.Envelope(command_id=UUID(int=1002), body=SUBMIT, expected_version=1)

    assert decide(given(*AT_COUNCIL), known, Context(date(2013, 5, 1), REFERENCE)) == []


def test_a_mistyped_date_is_corrected_and_the_decision_stays_the_same() -> None:
    plan = then(_correct("d11", "br", date(2013, 4, 4)), given(*APPROVED))

    assert council_approved_on(plan) == date(2013, 4, 4)
    decision = plan.decision("d11")
    assert decision is not None
    assert (decision.corrections, decision.supersedes) == (1, None)


def test_a_correction_is_an_event_beside_the_entry() -> None:
    events = when(_correct("d11", "br", date(2013, 4, 4)), given(*APPROVED))

    assert [event.type for event in events] == ["entry_corrected"]


def test_a_corrected_outcome_changes_what_followed_from_it() -> None:
    plan = then(_correct("d11", "br", BR, Outcome.REJECTED), given(*APPROVED))

    assert phase(plan) is Phase.REJECTED


def test_a_wrong_no_is_corrected_though_it_had_ended_the_plan() -> None:
    rejected = given(*AT_COUNCIL, decided("br", BR, Outcome.REJECTED))

    plan = then(_correct(rejected.decisions[-1].id, "br", BR), rejected)

    assert phase(plan) is Phase.APPROVED


def test_an_entry_that_is_not_there_is_not_corrected() -> None:
    refused("unknown_decision", _correct("d99", "br", BR), given(*APPROVED))


def test_a_correction_is_about_the_same_body_and_point() -> None:
    refused("correction_of_other", _correct("d11", "oeu", BR), given(*APPROVED))


def test_a_correction_changes_something() -> None:
    refused("nothing_changed", _correct("d11", "br", BR), given(*APPROVED))


def test_a_correction_that_repeats_what_was_filled_in_changes_nothing() -> None:
    postponed = decided("tmu", date(2013, 3, 4), Outcome.POSTPONED)
    same = _correct("d2", "tmu", date(2013, 3, 4), Outcome.POSTPONED)

    refused("nothing_changed", same, given(*AT_COMMITTEES, postponed))


def test_an_entry_from_before_the_plan_was_submitted_anew_is_still_corrected() -> None:
    back = decided("tmu", date(2013, 3, 4), Outcome.SENT_BACK, returned_to="draft")
    resubmitted = SUBMIT.model_copy(update={"on": date(2013, 3, 11)})

    plan = then(
        _correct("d1", "forum-norrebro", date(2013, 2, 4)),
        given(*AT_COMMITTEES, back, resubmitted),
    )

    assert plan.decisions[0].sitting.meeting_on == date(2013, 2, 4)


def test_signed_minutes_stay_signed_through_a_correction() -> None:
    signed = c.SignMinutes(body="br", meeting_on=BR, on=date(2013, 4, 25))
    reworded = _correct("d11", "br", BR, Outcome.APPROVED_WITH_CONDITION, condition=REASON)

    plan = then(reworded, given(*APPROVED, signed))

    decision = plan.decision("d11")
    assert decision is not None
    assert not decision.sitting.is_provisional


def test_a_withdrawn_call_in_stays_withdrawn_through_a_correction() -> None:
    met_on = date(2013, 3, 6)
    called_in = ruling(Outcome.APPROVED, "contribution-sud", call_in=CallIn(party="V"))
    decision = c.RecordDecision(sitting=sitting("sud", met_on), rulings=(called_in,))
    plan = given(
        DRAFT,
        c.Submit(on=date(2013, 1, 14), route="2007"),
        decision,
        c.WithdrawCallIn(decision="d1", on=date(2013, 3, 8)),
    )
    corrected = c.CorrectEntry(
        decision="d1", sitting=sitting("sud", date(2013, 3, 5)), ruling=called_in, reason=REASON
    )

    assert is_passed(then(corrected, plan), "contribution-sud")


def test_minutes_are_provisional_until_signed() -> None:
    plan = given(*APPROVED)
    assert plan.decisions[-1].sitting.is_provisional

    plan = then(c.SignMinutes(body="br", meeting_on=BR, on=date(2013, 4, 25)), plan)

    assert {d.sitting.body for d in plan.decisions if not d.sitting.is_provisional} == {"br"}


def test_minutes_are_signed_once() -> None:
    sign = c.SignMinutes(body="br", meeting_on=BR)

    refused("minutes_already_signed", sign, given(*APPROVED, sign.model_copy(update={"on": BR})))


def test_only_minutes_of_a_known_meeting_are_signed() -> None:
    refused("unknown_meeting", c.SignMinutes(body="br", meeting_on=BR), given(*AT_COUNCIL))


def test_minutes_are_not_signed_before_the_meeting() -> None:
    early = c.SignMinutes(body="br", meeting_on=BR, on=date(2013, 4, 10))

    refused("day_too_early", early, given(*APPROVED))


def test_a_new_decision_supersedes_the_former_which_stays_in_the_record() -> None:
    anew = again(decided("oeu", date(2013, 4, 2), Outcome.REJECTED))

    plan = then(anew, given(*AT_COUNCIL))

    new = plan.decisions[-1]
    former = plan.decision(new.supersedes or "")
    assert former is not None
    assert (former.sitting.body, former.ruling.outcome) == ("oeu", Outcome.APPROVED)
    assert new.ruling.outcome is Outcome.REJECTED


def test_a_new_decision_is_not_older_than_the_one_it_supersedes() -> None:
    older = again(decided("oeu", date(2013, 3, 19)))

    facts = refused("meeting_out_of_order", older, given(*AT_COUNCIL))

    assert facts["after_body"] == "oeu"


def test_a_remark_changes_nothing_but_the_record() -> None:
    plan = given(*DRAFTED)

    events = when(c.AddRemark(remark=REASON), plan)

    assert events == [e.RemarkAdded(on=plan.last_on, remark=REASON)]


def test_an_unknown_condition_is_not_answered() -> None:
    refused("unknown_decision", c.AnswerCondition(decision="d99", answer=REASON), given(*SUBMITTED))


def test_an_unknown_call_in_is_not_withdrawn() -> None:
    refused("unknown_decision", c.WithdrawCallIn(decision="d99"), given(*AT_FINANCE, OEU_YES))
