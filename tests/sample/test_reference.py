"""The sample's reference data validate, agree with each other, and the calendars keep their rules."""

from datetime import date
from itertools import pairwise

from domain.calendar import is_working_day
from domain.reference import Authority, BodyKind, PointKind, Rung
from tests.sample.portfolio import Sample

ELECTION = date(2013, 11, 19)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)


def test_the_six_vulnerable_areas_have_each_their_own_forum(sample: Sample) -> None:
    vulnerable = [area for area in sample.reference.areas if area.vulnerable]
    fora = {b.id for b in sample.reference.bodies if b.kind is BodyKind.FORUM}

    assert len(vulnerable) == 6
    assert {area.forum for area in vulnerable} == fora


def test_every_administration_serves_a_body_that_exists(sample: Sample) -> None:
    serves = {a.committee for a in sample.reference.administrations}

    assert len(sample.reference.administrations) == 7
    assert serves <= set(sample.reference.body_by_id)


def test_every_station_of_a_route_is_a_body_or_the_areas_forum(sample: Sample) -> None:
    bodies = {*sample.reference.body_by_id, "forum"}
    for route in sample.reference.routes:
        points = {point.id for point in route.points}
        for stage in route.stages:
            for station in stage.stations:
                assert station.body in bodies, (route.id, station.body)
                assert set(station.points) <= points, (route.id, station.body)


def test_every_point_of_a_route_is_decided_by_exactly_one_body(sample: Sample) -> None:
    for route in sample.reference.routes:
        for point in route.points:
            deciders = [
                station.body
                for stage in route.stages
                for station in stage.stations
                if station.points.get(point.id) is Authority.DECIDES
            ]
            assert len(deciders) == 1, (route.id, point.id)


def test_akacieparkens_contributions_are_decided_by_their_own_committees(sample: Sample) -> None:
    route = sample.reference.route("2007")
    assert route is not None
    contributions = {p.id for p in route.points if p.kind is PointKind.CONTRIBUTION}
    decided = {
        point: station.body
        for station in route.stages[0].stations
        for point in station.points
        if point in contributions
    }

    assert decided == {f"contribution-{body}": body for body in ("sud", "biu", "buu")}


def test_five_of_the_seven_intervention_areas_may_have_a_contract(sample: Sample) -> None:
    regime = [i for i in sample.reference.intervention_areas if i.regime == "lbf-2011"]

    assert len(regime) == 7
    assert sum(i.may_have_contract for i in regime) == 5


def test_the_regime_of_2015_has_four_intervention_areas(sample: Sample) -> None:
    assert sum(i.regime == "lbf-2015" for i in sample.reference.intervention_areas) == 4


def test_the_three_goals_are_marked_unverified(sample: Sample) -> None:
    assert [goal.verified for goal in sample.reference.goals] == [False] * 3


def test_every_ladder_has_its_own_kind_and_rungs_in_order(sample: Sample) -> None:
    kinds = [ladder.kind for ladder in sample.reference.ladders]

    assert len(set(kinds)) == len(kinds) == 15
    for ladder in sample.reference.ladders:
        places = [_roughly(rung) for rung in ladder.rungs]
        assert places == sorted(places), ladder.kind


def _roughly(rung: Rung) -> float:
    """Days from the deadline; a working week has five days."""
    return rung.months * 30.4 + rung.days * (1.4 if rung.working_days else 1)


def test_report_reminders_follow_the_default_ladder(sample: Sample) -> None:
    rungs = sample.reference.ladder_by_kind["report"].rungs

    assert [rung.days for rung in rungs] == [-60, -30, -14, -3, 0, 7, 14, 30]


def test_recipients_of_reminders_only_grow(sample: Sample) -> None:
    for kind in ("report", "final_account", "report_answer"):
        for earlier, later in pairwise(sample.reference.ladder_by_kind[kind].rungs):
            assert set(earlier.to) <= set(later.to), kind


def test_meetings_are_held_on_working_days_in_ascending_order(sample: Sample) -> None:
    for body, days in sample.meetings.items():
        assert body in sample.reference.body_by_id
        assert all(a < b for a, b in pairwise(days)), body
        assert all(is_working_day(each) for each in days), body


def test_summer_week_42_and_election_day_are_empty(sample: Sample) -> None:
    for body, days in sample.meetings.items():
        for each in days:
            assert not (6, 24) <= (each.month, each.day) <= (8, 12), (body, each)
            assert each.isocalendar().week != 42, (body, each)
            assert each != ELECTION, body


def test_meetings_keep_the_weekdays_that_were_seen(sample: Sample) -> None:
    weekdays = {
        body: {each.weekday() for each in sample.meetings[body] if each.year >= 2008}
        for body in ("br", "oeu", "tmu", "sud")
    }

    assert weekdays == {"br": {THURSDAY}, "oeu": {TUESDAY}, "tmu": {MONDAY}, "sud": {WEDNESDAY}}


def test_tmu_met_on_wednesdays_until_2007(sample: Sample) -> None:
    early = {each.weekday() for each in sample.meetings["tmu"] if each.year <= 2007}

    assert early == {WEDNESDAY}


def test_the_meetings_that_are_sourced_are_in_the_calendars(sample: Sample) -> None:
    sourced = {
        "br": [date(2012, 9, 20)],
        "oeu": [date(2007, 8, 14), date(2014, 3, 25)],
        **{body: [date(2007, 6, 20)] for body in ("tmu", "sud", "biu", "buu")},
    }
    for body, days in sourced.items():
        assert set(days) <= set(sample.meetings[body]), body


def test_every_body_but_the_younger_ones_meets_from_2005_to_2018(sample: Sample) -> None:
    for body, days in sample.meetings.items():
        kind = sample.reference.body_by_id[body].kind
        first = 2011 if kind is BodyKind.FORUM else 2012 if body == "eksempeludvalget" else 2005
        assert {each.year for each in days} == set(range(first, 2019)), body


def test_around_the_day_of_the_demo_everyone_meets_every_two_to_three_weeks(
    sample: Sample,
) -> None:
    for body, days in sample.meetings.items():
        autumn = [each for each in days if date(2013, 9, 1) <= each <= date(2013, 12, 15)]
        gaps = [(b - a).days for a, b in pairwise(autumn)]
        assert max(gaps) <= 28, (body, gaps)
        assert len(autumn) >= 5, body


def test_council_agendas_leave_time_for_the_last_paper_before_new_year(sample: Sample) -> None:
    """The chain of `mails.md`: TMU 18 Nov, ØU 3 Dec, BR 12 Dec, and none later in the year."""
    assert [d for d in sample.meetings["br"] if date(2013, 12, 1) <= d < date(2014, 1, 31)] == [
        date(2013, 12, 12),
        date(2014, 1, 30),
    ]
    assert sample.reference.last_meeting("oeu", date(2013, 12, 6)) == date(2013, 12, 3)
    assert sample.reference.last_meeting("tmu", date(2013, 11, 28)) == date(2013, 11, 18)
