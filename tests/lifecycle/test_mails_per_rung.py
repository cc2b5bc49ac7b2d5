"""No rung of any ladder is dropped or climbed twice: the mails are counted apart from the program."""

from collections import Counter

import pytest

from rehearsal.play import Rehearsal
from tests.lifecycle.promises import promised, read_city

pytestmark = [pytest.mark.xdist_group("eighteen"), pytest.mark.timeout(300)]


def test_every_rung_of_every_ladder_was_mailed_as_often_as_counted_by_hand(
    eighteen: Rehearsal,
) -> None:
    city = read_city()
    mailed = {life.plan: {mail.notice for mail in life.mails} for life in eighteen.lives}
    counted = {life.plan: promised(city, life) for life in eighteen.lives}

    assert _by_rung(mailed) == _by_rung(counted)


def test_each_reminder_is_the_one_that_was_counted(eighteen: Rehearsal) -> None:
    city = read_city()
    differences = {
        life.plan: {mail.notice for mail in life.mails} ^ promised(city, life)
        for life in eighteen.lives
    }

    assert {plan: found for plan, found in differences.items() if found} == {}


def test_nobody_is_told_the_same_thing_twice(eighteen: Rehearsal) -> None:
    told = Counter(
        (life.plan, mail.to, mail.notice) for life in eighteen.lives for mail in life.mails
    )

    assert [each for each, count in told.items() if count > 1] == []


def _by_rung(notices: dict[str, set[str]]) -> Counter[tuple[str, str]]:
    """How many notices of each kind and rung; their ids begin and end with these."""
    return Counter(
        (notice.split("/")[0], notice.split("/")[-1])
        for found in notices.values()
        for notice in found
    )
