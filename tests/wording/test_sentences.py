"""Whole sentences: why a plan waits, where a date comes from, what happened."""

from datetime import date

import pytest

from domain.deadlines import deadlines
from domain.notices import Notice
from domain.plan.why import why_it_waits
from domain.reference import Role
from infrastructure.wording.say import LANGUAGES, Lang
from infrastructure.wording.sentences import event_sentence, explain, names_of, why_sentence
from tests.domain import build, city

NAMES = dict(names_of("da", city.REFERENCE, {"lejerbo": "Lejerbo", "p-0007": "Sara"})) | {
    "tmu": "Teknik- og Miljøudvalget",
    "sud": "Socialudvalget",
}
STAGES = {
    "draft": (build.DRAFTED, date(2013, 1, 8)),
    "forum": (build.SUBMITTED, date(2013, 1, 20)),
    "committees": (build.AT_COMMITTEES, date(2013, 2, 6)),
    "finance": (build.AT_FINANCE, date(2013, 3, 7)),
    "council": (build.AT_COUNCIL, date(2013, 3, 27)),
    "approved": (build.APPROVED, date(2013, 4, 12)),
    "at LBF": (build.AT_LBF, date(2013, 4, 20)),
    "committed": (build.COMMITTED, date(2013, 7, 1)),
    "running": (build.RUNNING, date(2013, 9, 2)),
    "reports": (build.RUNNING, date(2014, 2, 1)),
    "overdue": (build.RUNNING, date(2014, 8, 1)),
    "expired": (build.EXPIRED, date(2017, 9, 2)),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stage", STAGES)
def test_a_wait_is_one_sentence_in_every_phase(lang: Lang, stage: str) -> None:
    commands, today = STAGES[stage]
    plan = build.given(*commands)

    sentence = why_sentence(lang, why_it_waits(plan, today, city.REFERENCE), plan, NAMES)

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "  " not in sentence


def test_a_wait_says_on_whom_since_when_until_what_and_what_else() -> None:
    plan = build.given(*build.AT_LBF)

    waiting = why_it_waits(plan, date(2013, 4, 20), city.REFERENCE)

    assert why_sentence("da", waiting, plan, NAMES) == (
        "Planen har siden 18. april 2013 ventet på, at Landsbyggefonden giver tilsagn eller afslag,"
        " fristen er onsdag den 17. juli 2013; sker der intet, har planen ikke tilsagn, og den kan"
        " ikke starte."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_deadline_explains_itself(lang: Lang, stage: str) -> None:
    commands, today = STAGES[stage]

    found = [explain(lang, d) for d in deadlines(build.given(*commands), city.REFERENCE, today)]

    assert all(text.endswith(".") for text in found)


def notice(planned_on: date, send_on: date, because: str | None, days: int) -> Notice:
    return Notice(
        id="n",
        deadline="report/2013/account",
        kind="report",
        due_on=date(2014, 6, 30),
        planned_on=planned_on,
        send_on=send_on,
        moved_because=because,
        days=days,
        to=(Role.ORGANISATION,),
    )


def test_a_moved_reminder_names_the_closed_day() -> None:
    moved = notice(date(2014, 6, 5), date(2014, 6, 4), "grundlovsdag", -25)

    assert explain("da", moved) == (
        "Påmindelsen skulle være kommet 25 dage før fristen, torsdag den 5. juni. Dagen er lukkedag"
        " (grundlovsdag), og påmindelsen er derfor sendt sidste arbejdsdag forinden."
    )


def test_a_closed_day_is_translated() -> None:
    moved = notice(date(2014, 6, 5), date(2014, 6, 4), "grundlovsdag", -25)

    assert "Constitution Day" in explain("en", moved)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_of_a_plans_life_has_its_line(lang: Lang) -> None:
    lines = [event_sentence(lang, event, NAMES) for event, _ in build.history(*build.EXPIRED)]

    assert all(lines)


def test_a_decision_is_told_by_body_meeting_point_and_outcome() -> None:
    event = next(
        e for e, _ in build.history(*build.AT_FINANCE) if "tmu" in str(e) and "decision" in e.type
    )

    assert event_sentence("da", event, NAMES) == (
        "Teknik- og Miljøudvalget, møde 4. marts 2013: Planens indhold – godkendt"
    )
