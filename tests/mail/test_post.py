"""What becomes of every row of the outbox: sent, passed on, held, collapsed or suppressed."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from domain.notices import MailOutcome, Status
from domain.plan import commands as c
from domain.plan.events import Artefact
from infrastructure.clock import utc_now
from infrastructure.mail.accounting import unaccounted
from infrastructure.mail.message import Mail
from infrastructure.mail.transport import Capture
from tests.domain import build
from tests.mail.conftest import Office
from tests.mail.test_letters import part

NEW_YEAR = date(2014, 1, 1)
MAY = date(2014, 5, 1)
"""60 days before, to the organisation alone."""
JUNE = date(2014, 6, 16)
"""14 days before, to the organisation and its administrator."""
ALL_SENT = tuple(c.SubmitReport(on=date(2014, 4, 30), year=2013, artefact=a) for a in Artefact)


class Killed(BaseException):
    """As sudden as kill -9: nothing on the way out runs that expects errors."""


class Crashing(Capture):
    """The mail has left, and nobody is there to record it."""

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        raise Killed


async def running(office: Office, *mornings: date, plan: str = "eksempel") -> None:
    await office.live(plan, *build.RUNNING)
    await office.pass_time(plan, NEW_YEAR, *mornings)


def recipients(mails: Iterable[Mail]) -> list[tuple[date, str]]:
    return [(mail.day, mail.party) for mail in mails]


async def drained(office: Office, until: date) -> list[Mail]:
    mails = await office.post.drain(office.capture, until, has_digests=False)
    return [mail for mail in mails if mail.day >= MAY]


async def test_three_reports_due_on_one_day_are_one_mail(office: Office) -> None:
    await running(office, MAY)

    assert recipients(await drained(office, MAY)) == [(MAY, "lejerbo")]


async def test_a_second_drain_sends_nothing_more(office: Office) -> None:
    await running(office, MAY)
    await drained(office, MAY)

    assert await drained(office, MAY) == []


async def test_every_sent_notice_is_recorded_in_the_plans_ledger(office: Office) -> None:
    await running(office, MAY)
    await drained(office, MAY)

    ledger = await office.plans.ledger("eksempel")
    due = [e for e in ledger.entries.values() if e.due_on == MAY]
    assert [(e.status, e.outcomes) for e in due] == 3 * [
        (Status.SENT, {"lejerbo": MailOutcome.SENT})
    ]


async def test_a_deadline_met_meanwhile_is_not_reminded_of(office: Office) -> None:
    await running(office, MAY)
    office.post.is_virtual = False
    for artefact in Artefact:
        report = c.SubmitReport(on=MAY, year=2013, artefact=artefact)
        await office.live("eksempel", report)

    await office.post.work(office.capture, MAY)

    assert [m for m in office.capture.mails if m.day == MAY and m.party == "lejerbo"] == []
    rows = [status for notice, party, status in await office.outbox() if "2013" in notice]
    assert set(rows) == {"suppressed"}


async def test_a_drain_afterwards_tells_each_day_as_it_was(office: Office) -> None:
    await running(office, MAY)
    late = c.SubmitReport(on=date(2014, 5, 20), year=2013, artefact=Artefact.ACCOUNT)
    await office.live("eksempel", late)

    mail = (await drained(office, date(2014, 5, 21)))[0]

    assert "sendt 20. maj" not in part(mail, "plain")


async def test_a_missing_address_passes_the_mail_to_the_administrator_the_same_day(
    office: Office,
) -> None:
    lead = (await office.directory.read()).by_id["lejerbo"]
    await office.directory.put([lead.model_copy(update={"email": None})])
    await running(office, MAY)

    assert recipients(await drained(office, MAY)) == [(MAY, "kab")]


async def test_a_missing_address_is_visible_in_the_ledger(office: Office) -> None:
    lead = (await office.directory.read()).by_id["lejerbo"]
    await office.directory.put([lead.model_copy(update={"email": None})])
    await running(office, MAY)
    await drained(office, MAY)

    ledger = await office.plans.ledger("eksempel")
    outcomes = {str(e.outcomes) for e in ledger.entries.values() if e.due_on == MAY}
    assert outcomes == {str({"lejerbo": MailOutcome.NO_ADDRESS, "kab": MailOutcome.SENT})}


async def test_a_bounce_goes_to_the_next_in_line_on_the_next_working_day(office: Office) -> None:
    office.capture = Capture(bounces=["lejerbo@bolig.example"])
    await running(office, MAY)

    assert recipients(await drained(office, date(2014, 5, 5))) == [(date(2014, 5, 2), "kab")]


async def test_a_bounce_marks_the_directory(office: Office) -> None:
    office.capture = Capture(bounces=["lejerbo@bolig.example"])
    await running(office, MAY)
    await drained(office, MAY)

    assert (await office.directory.read()).by_id["lejerbo"].bounced_at is not None


async def test_where_the_administrator_is_told_anyway_the_case_officer_hears_of_a_bounce(
    office: Office,
) -> None:
    office.capture = Capture(bounces=["lejerbo@bolig.example"])
    await running(office, JUNE)

    assert recipients(await drained(office, JUNE.replace(day=17)))[-2:] == [
        (JUNE, "kab"),
        (JUNE.replace(day=17), "p-0007"),
    ]


async def test_when_nobody_can_be_reached_the_notice_says_so(office: Office) -> None:
    parties = (await office.directory.read()).by_id.values()
    await office.directory.put([p.model_copy(update={"email": None}) for p in parties])
    await running(office, MAY)
    await drained(office, MAY)

    ledger = await office.plans.ledger("eksempel")
    assert {e.status for e in ledger.entries.values() if e.due_on == MAY} == {Status.BOUNCED}


async def test_whoever_chose_a_weekly_mail_gets_it_on_monday(office: Office) -> None:
    await office.directory.choose_digest("lejerbo", "weekly")
    await running(office, MAY)

    assert recipients(await drained(office, date(2014, 5, 9))) == [(date(2014, 5, 5), "lejerbo")]


async def test_a_held_mail_is_accounted_for(office: Office) -> None:
    await office.directory.choose_digest("lejerbo", "weekly")
    await running(office, MAY)
    await drained(office, date(2014, 5, 2))

    held = await unaccounted(office.pool, date(2014, 5, 5))
    assert [each for each in held if "2013" in each.notice] == []


async def test_after_an_outage_what_piled_up_is_one_mail(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE)
    office.post.is_virtual = False

    await office.post.work(office.capture, JUNE)

    mails = [mail for mail in office.capture.mails if mail.party == "lejerbo"]
    assert recipients(mails) == [(JUNE, "lejerbo")]
    assert "Mailen samler også det" in part(mails[0], "plain")


async def test_a_crash_after_the_servers_answer_sends_the_very_same_mail_again(
    office: Office,
) -> None:
    await running(office, MAY)
    office.post.is_virtual = False

    first, second = Crashing(), Capture()
    with suppress(Killed):
        await office.post.work(first, MAY)
    await office.post.work(second, date(2014, 5, 2))

    again = second.mails[0]
    assert (again.id, again.message) == (first.mails[0].id, first.mails[0].message)


async def test_a_crash_before_the_record_loses_no_outcome(office: Office) -> None:
    await running(office, MAY)
    office.post.is_virtual = False

    with suppress(Killed):
        await office.post.work(Crashing(), MAY)
    await office.post.work(office.capture, MAY)

    assert {status for _, _, status in await office.outbox()} <= {"sent", "suppressed"}
    assert await office.post.outbox.unfinished() == []


async def test_everything_is_accounted_for_after_a_drain(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE)
    await drained(office, JUNE)

    assert await unaccounted(office.pool, date(2014, 6, 17)) == []


async def test_a_mail_that_was_not_sent_for_days_is_reported(office: Office) -> None:
    await running(office, MAY)

    found = await unaccounted(office.pool, date(2014, 5, 6))

    assert {each.why for each in found if "/2013/" in each.notice} == {"not_sent"}


async def test_a_promise_that_never_fell_due_is_reported(office: Office) -> None:
    await running(office)

    found = await unaccounted(office.pool, date(2014, 5, 6))

    assert {each.why for each in found if "report/2013" in each.notice} == {"never_due"}


async def test_the_monday_digest_goes_once_to_each_case_officer(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE)
    monday = date(2014, 6, 30)
    await office.pass_time("eksempel", date(2014, 6, 27), monday)

    first = await office.post.drain(office.capture, monday, since=date(2014, 6, 27))
    second = await office.post.drain(office.capture, monday, since=date(2014, 6, 27))

    digests = [mail for mail in [*first, *second] if mail.kind == "digest"]
    assert recipients(digests) == [(monday, "p-0007")]


async def test_a_monday_that_passed_while_down_is_made_up_for_once(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE, date(2014, 6, 27), date(2014, 6, 30))
    office.post.is_virtual = False

    for day in (date(2014, 7, 2), date(2014, 7, 3)):
        await office.post.work(office.capture, day)

    digests = [mail for mail in office.capture.mails if mail.kind == "digest"]
    assert recipients(digests) == [(date(2014, 6, 30), "p-0007")]


async def test_the_digest_lists_the_weeks_deadlines_and_reminders(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE, date(2014, 6, 27), date(2014, 6, 30))

    mails = await office.post.drain(office.capture, date(2014, 6, 30), since=date(2014, 6, 27))

    text = part(next(mail for mail in mails if mail.kind == "digest"), "plain")
    assert "Frister i denne uge" in text
    assert "reguleringskonto 2013" in text


async def test_an_erased_person_leaves_no_name_behind(office: Office) -> None:
    await running(office, MAY, date(2014, 5, 30), JUNE, date(2014, 6, 27), date(2014, 6, 30))
    office.post.is_virtual = False
    await office.post.work(office.capture, date(2014, 6, 30))

    assert await office.directory.erase("p-0007", utc_now())

    kept = await office.post.outbox.sent("p-0007")
    assert kept != []
    assert {(each.mail.subject, each.mail.address, each.mail.message) for each in kept} == {
        ("[slettet]", "", b"")
    }


async def test_a_corrected_address_is_tried_again(office: Office) -> None:
    await office.directory.mark_bounced("lejerbo", utc_now())
    lead = (await office.directory.read()).by_id["lejerbo"]

    await office.directory.put([lead.model_copy(update={"email": "ny@bolig.example"})])

    assert (await office.directory.read()).by_id["lejerbo"].is_reachable
