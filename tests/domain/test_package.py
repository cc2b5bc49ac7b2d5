"""The guard: each point is decided, on its way, in force, not applicable, or missing."""

from datetime import date

from domain.plan import commands as c
from domain.plan.content import Funding, Source
from domain.plan.decision import Outcome
from domain.plan.package import PointStatus, is_money_released, last_chain, missing, package
from domain.plan.state import Plan
from tests.domain.build import (
    APPROVED,
    AT_COMMITTEES,
    AT_COUNCIL,
    AT_FINANCE,
    CONTENT,
    DRAFTED,
    MILLION_KR,
    REASON,
    RUNNING,
    SUBMIT,
    SUBMITTED,
    decided,
    draft,
    given,
    paper,
    refused,
    then,
)
from tests.domain.city import REFERENCE

BR = date(2013, 4, 11)
FORGOTTEN = (*AT_COUNCIL, decided("br", BR, points=("content", "lbf")))
"""Everything is approved but the money, which the council was never asked for."""


def _status(plan: Plan) -> dict[str, PointStatus]:
    return {item.point.id: item.status for item in package(plan)}


def test_a_draft_has_no_package_yet() -> None:
    assert package(given(*DRAFTED)) == ()


def test_what_nobody_has_put_on_its_way_is_missing() -> None:
    assert [point.id for point in missing(given(*AT_COMMITTEES))] == ["content", "lbf", "money"]


def test_a_point_on_a_paper_is_on_its_way() -> None:
    plan = then(paper(("tmu", date(2013, 3, 4)), points=("money",)), given(*SUBMITTED))

    assert _status(plan)["money"] is PointStatus.ON_ITS_WAY


def test_a_point_that_committees_have_dealt_with_is_on_its_way_without_a_paper() -> None:
    assert set(_status(given(*AT_FINANCE)).values()) == {PointStatus.ON_ITS_WAY}


def test_a_decided_point_names_its_decision() -> None:
    item = package(given(*APPROVED))[2]

    assert item.status is PointStatus.DECIDED
    assert item.decision is not None
    assert item.decision.sitting.body == "br"


def test_a_point_that_an_earlier_document_covers_is_in_force() -> None:
    found = c.FindInForce(point="money", document_number="2010-12")

    plan = then(found, given(*SUBMITTED))

    assert (_status(plan)["money"], package(plan)[2].document_number) == (
        PointStatus.IN_FORCE,
        "2010-12",
    )


def test_a_point_that_is_not_needed_says_why() -> None:
    plan = then(c.WaivePoint(point="money", reason=REASON), given(*SUBMITTED))

    assert (_status(plan)["money"], package(plan)[2].reason_code) == (
        PointStatus.NOT_APPLICABLE,
        "stated",
    )


def test_a_decision_outranks_what_was_said_not_to_be_needed() -> None:
    waived = c.WaivePoint(point="money", reason=REASON, on=date(2013, 2, 1))
    council = decided("br", BR, points=("money",))

    assert _status(given(*AT_COUNCIL[:2], waived, *AT_COUNCIL[2:], council))["money"] is (
        PointStatus.DECIDED
    )


def test_money_added_by_a_change_brings_the_money_point_back() -> None:
    unpaid = draft(
        funding=(CONTENT.funding[0], Funding(source=Source.OTHER, amount_oere=3 * MILLION_KR))
    )
    plan = given(unpaid, SUBMIT)
    assert _status(plan)["money"] is PointStatus.NOT_APPLICABLE

    plan = then(c.Change(content=CONTENT, reason=REASON), plan)

    assert _status(plan)["money"] is PointStatus.MISSING


def test_a_point_of_no_plan_is_not_waived() -> None:
    refused("unknown_point", c.WaivePoint(point="lunch", reason=REASON), given(*SUBMITTED))


def test_a_decided_point_is_not_waived() -> None:
    refused("point_already_decided", c.WaivePoint(point="money", reason=REASON), given(*APPROVED))


def test_a_draft_has_no_point_to_waive() -> None:
    refused(
        "not_submitted", c.FindInForce(point="money", document_number="2010-12"), given(*DRAFTED)
    )


def test_money_is_released_when_it_is_decided_in_force_or_not_needed() -> None:
    assert is_money_released(given(*APPROVED))
    assert not is_money_released(given(*FORGOTTEN))
    waived = c.WaivePoint(point="money", reason=REASON)
    assert is_money_released(then(waived, given(*FORGOTTEN)))


def test_money_that_was_forgotten_is_released_while_the_plan_runs() -> None:
    running = given(*FORGOTTEN, *RUNNING[len(APPROVED) :])
    assert not is_money_released(running)

    plan = then(decided("br", date(2013, 9, 19), points=("money",)), running)

    assert is_money_released(plan)


def test_a_decision_from_before_the_expiry_is_entered_after_it() -> None:
    running = given(*FORGOTTEN, *RUNNING[len(APPROVED) :])
    late = decided("br", date(2017, 8, 24), points=("money",))

    assert is_money_released(then(late, running, today=date(2017, 9, 4)))


def test_the_last_chain_is_counted_back_from_the_start() -> None:
    chain = last_chain(given(*AT_COMMITTEES), "content", REFERENCE)

    assert [(link.body, link.meeting_on.isoformat()) for link in chain] == [
        ("tmu", "2013-05-27"),
        ("sud", "2013-05-29"),
        ("oeu", "2013-06-11"),
        ("br", "2013-06-20"),
    ]


def test_each_meeting_of_the_chain_ends_before_the_next_bodys_agenda_goes_out() -> None:
    chain = last_chain(given(*AT_COMMITTEES), "content", REFERENCE)

    council = chain[-1]
    assert council.agenda_on == date(2013, 6, 14)
    assert chain[-2].meeting_on <= council.agenda_on


def test_the_paper_for_a_committee_is_due_fourteen_days_before() -> None:
    chain = last_chain(given(*AT_COMMITTEES), "content", REFERENCE)

    assert [link.paper_on.isoformat() for link in chain[:2]] == ["2013-05-13", "2013-05-15"]


def test_a_paper_day_that_is_a_holiday_moves_to_the_working_day_before() -> None:
    chain = last_chain(given(*AT_COUNCIL), "content", REFERENCE)

    assert (chain[0].meeting_on, chain[0].paper_on) == (date(2013, 6, 20), date(2013, 6, 6))


def test_bodies_that_are_through_are_not_in_the_chain() -> None:
    assert [link.body for link in last_chain(given(*AT_COUNCIL), "content", REFERENCE)] == ["br"]


def test_a_decided_point_has_no_chain() -> None:
    assert last_chain(given(*APPROVED), "content", REFERENCE) == ()


def test_a_rejected_point_has_no_chain() -> None:
    rejected = given(*AT_COUNCIL, decided("br", BR, Outcome.REJECTED))

    assert last_chain(rejected, "content", REFERENCE) == ()


def test_a_calendar_without_meetings_has_no_chain() -> None:
    bare = REFERENCE.model_copy(update={"meetings": {}})

    assert last_chain(given(*AT_COMMITTEES), "content", bare) == ()
