"""A plan is put on papers, sent back to its draft, and moved to another route."""

from datetime import date

from domain.plan import commands as c
from domain.plan.decision import Outcome
from domain.plan.package import PointStatus, package
from domain.plan.progress import open_steps, phase
from domain.plan.state import Phase
from tests.domain.build import (
    APPROVED,
    AT_COMMITTEES,
    DRAFTED,
    FORUM_YES,
    OTHER_REASON,
    REASON,
    SUBMIT,
    SUBMITTED,
    TMU_YES,
    decided,
    given,
    paper,
    refused,
    then,
    when,
)
from tests.domain.city import REFERENCE


def test_a_paper_puts_points_on_their_way_to_meetings() -> None:
    filed = paper(("tmu", date(2013, 3, 4)), ("br", date(2013, 4, 11)))

    item = package(then(filed, given(*AT_COMMITTEES)))[0]

    assert (item.status, item.document_number, item.next_body, item.next_meeting) == (
        PointStatus.ON_ITS_WAY,
        "2013-55",
        "tmu",
        date(2013, 3, 4),
    )


def test_no_paper_is_filed_for_a_draft() -> None:
    refused("not_submitted", paper(("tmu", date(2013, 3, 4))), given(*DRAFTED))


def test_a_paper_names_known_points() -> None:
    refused("unknown_point", paper(("tmu", date(2013, 3, 4)), points=("lunch",)), given(*SUBMITTED))


def test_no_paper_is_filed_for_a_decided_point() -> None:
    refused("point_already_decided", paper(("br", date(2013, 5, 30))), given(*APPROVED))


def test_a_paper_goes_to_bodies_of_the_route() -> None:
    assert refused("body_not_on_route", paper(("biu", date(2013, 3, 4))), given(*SUBMITTED))[
        "known"
    ] == ["br", "forum-norrebro", "oeu", "sud", "tmu"]


def test_a_paper_is_for_a_meeting_to_come() -> None:
    refused("meeting_has_passed", paper(("tmu", date(2013, 1, 7))), given(*SUBMITTED))


def test_a_paper_is_for_a_day_on_which_the_body_meets() -> None:
    facts = refused("no_meeting_that_day", paper(("tmu", date(2013, 3, 5))), given(*SUBMITTED))

    assert facts["next_meeting"] == "2013-03-18"


def test_a_body_without_a_calendar_takes_papers_for_any_day() -> None:
    bare = REFERENCE.model_copy(update={"meetings": {}})

    assert when(paper(("tmu", date(2013, 3, 5))), given(*SUBMITTED), reference=bare)


BACK_TO_DRAFT = decided("tmu", date(2013, 3, 4), Outcome.SENT_BACK, returned_to="draft")


def test_a_plan_sent_back_to_its_draft_is_revised_and_submitted_anew() -> None:
    plan = given(*AT_COMMITTEES, BACK_TO_DRAFT)
    assert phase(plan) is Phase.DRAFT

    plan = then(SUBMIT.model_copy(update={"on": date(2013, 3, 11)}), plan)

    assert phase(plan) is Phase.FORUM


def test_a_plan_back_in_its_draft_takes_no_decisions() -> None:
    refused("not_submitted", FORUM_YES, given(*AT_COMMITTEES, BACK_TO_DRAFT))


def test_a_plan_submitted_anew_stays_on_its_route() -> None:
    other = SUBMIT.model_copy(update={"on": date(2013, 3, 11), "route": "2006"})

    facts = refused("route_by_change", other, given(*AT_COMMITTEES, BACK_TO_DRAFT))

    assert facts == {"route": "2012"}


CHANGE_ROUTE = c.ChangeRoute(on=date(2013, 3, 11), route="2006", reason=OTHER_REASON)


def test_a_plan_is_moved_to_another_route_with_a_reason() -> None:
    plan = then(CHANGE_ROUTE, given(*SUBMITTED))

    assert plan.filed is not None
    assert (plan.filed.route, phase(plan)) == ("2006", Phase.COMMITTEES)


def test_what_was_decided_stands_on_the_new_route() -> None:
    plan = then(CHANGE_ROUTE, given(*AT_COMMITTEES, TMU_YES))

    assert phase(plan) is Phase.FINANCE


def test_a_recommendation_does_not_become_a_decision_on_a_route_where_the_body_decides() -> None:
    short = CHANGE_ROUTE.model_copy(update={"route": "short"})

    plan = then(short, given(*AT_COMMITTEES, TMU_YES))

    assert phase(plan) is Phase.COMMITTEES


def test_what_was_said_not_to_be_needed_stays_so_on_the_new_route() -> None:
    waived = c.WaivePoint(point="money", reason=REASON, on=date(2013, 3, 10))

    plan = then(CHANGE_ROUTE, given(*SUBMITTED, waived))

    assert {item.point.id: item.status for item in package(plan)}["money"] is (
        PointStatus.NOT_APPLICABLE
    )


def test_an_approved_plan_does_not_change_its_route() -> None:
    late = CHANGE_ROUTE.model_copy(update={"on": date(2013, 4, 12)})

    assert refused("not_under_way", late, given(*APPROVED)) == {"phase": "approved"}


def test_a_place_on_an_agenda_is_spent_when_the_bodys_turn_comes_after_it() -> None:
    early = paper(("oeu", date(2013, 3, 26)))

    plan = given(*AT_COMMITTEES, early, TMU_YES, decided("sud", date(2013, 5, 1)))

    assert [(s.body, s.meeting_on) for s in open_steps(plan, "content")] == [("oeu", None)]
