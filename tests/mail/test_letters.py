"""The three sample mails: what each must say, and what it looks like on the wire."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar

from domain.plan import commands as c
from domain.plan.events import Artefact
from domain.values import Period
from infrastructure.mail.message import Mail
from tests.domain import build
from tests.mail.conftest import Office

CONTENT_ONLY = ("content", "lbf")
SENT = tuple(
    c.SubmitReport(on=date(2014, 5, 20), year=2013, artefact=artefact)
    for artefact in (Artefact.GOALS, Artefact.MILESTONES)
)
FORGOTTEN = (
    build.draft(
        period=Period(start=date(2014, 1, 1), end=date(2017, 12, 31)), title="Eksempelgården"
    ),
    build.SUBMIT,
    build.FORUM_YES,
    build.decided("tmu", date(2013, 3, 4), points=CONTENT_ONLY),
    build.decided("sud", date(2013, 3, 6), points=CONTENT_ONLY),
    build.decided("oeu", date(2013, 3, 26), points=CONTENT_ONLY),
    build.decided("br", date(2013, 4, 11), points=CONTENT_ONLY),
    build.SEND,
    build.COMMIT,
)
"""Everything is decided but the release of the municipal money."""


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: Mail, kind: str) -> str:
    body = parsed(mail).get_body((kind,))
    assert body is not None
    return str(body.get_content())


def words(mail: Mail, kind: str) -> list[str]:
    text = part(mail, kind)
    if kind == "html":
        text = re.sub(r"<(style|title).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    return [word for word in re.findall(r"[\wæøåÆØÅ]+", text) if not word.isdigit()]


async def mail_on(office: Office, plan: str, day: date, party: str) -> Mail:
    """The mail to a party on a day, after all mornings on which the plan's reminders fall due."""
    ledger = await office.plans.ledger(plan)
    mornings = {e.notice.send_on for e in ledger.entries.values()} | {day}
    mornings |= {date(2014, 1, 1)} if day > date(2014, 1, 1) else set()
    plan_now = await office.plans.load(plan)
    assert plan_now is not None
    for morning in sorted(each for each in mornings if plan_now.last_on < each <= day):
        await office.pass_time(plan, morning)
    mails = await office.post.drain(office.capture, day, has_digests=False)
    found = [mail for mail in mails if mail.day == day and mail.party == party]
    assert len(found) == 1, [(m.day, m.party, m.subject) for m in mails]
    return found[0]


async def report_mail(office: Office, day: date, party: str = "lejerbo") -> Mail:
    await office.live("eksempel", *build.RUNNING)
    await office.pass_time("eksempel", date(2014, 1, 1), date(2014, 5, 1))
    await office.live("eksempel", *SENT)
    return await mail_on(office, "eksempel", day, party)


async def test_the_first_sample_names_day_matter_plan_and_case_in_its_subject(
    office: Office,
) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    assert (
        mail.subject == "Frist 30. juni: reguleringskonto 2013, Hothers Plads (sagsnr. 2012-1001)"
    )


async def test_the_first_sample_says_what_by_when_and_what_happens_otherwise(
    office: Office,
) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    text = part(mail, "plain")
    for essential in (
        "Kære Boligforeningen Eksempel",
        "Senest mandag den 30. juni 2014",
        "opgørelsen af reguleringskontoen for 2013",
        "sendt 20. maj",
        "mangler",
        "Sådan gør I",
        "driftsstoette.lbf.dk",
        "https://helhedsplan.example/plans/eksempel",
        "tilbageholder Landsbyggefonden udbetalinger",
        "Kommunen kan ikke give udsættelse",
        "Næste påmindelse kommer mandag den 16. juni 2014",
        "Bolig og Byfornyelse",
    ):
        assert essential in text


async def test_the_first_sample_says_why_it_comes_on_a_friday(office: Office) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    assert (
        "Påmindelsen skulle være kommet 30 dage før fristen, lørdag den 31. maj. Dagen er lukkedag"
        " (lørdag), og påmindelsen er derfor sendt sidste arbejdsdag forinden."
    ) in part(mail, "plain")


async def test_the_second_sample_counts_the_days_and_names_who_acts(office: Office) -> None:
    mail = await report_mail(office, date(2014, 7, 14))

    text = part(mail, "plain")
    for essential in (
        "skulle have været hos Landsbyggefonden senest mandag den 30. juni 2014",
        "overskredet med 14 dage",
        "Gør ét af følgende senest mandag den 28. juli 2014",
        "Hvem gør hvad? Boligforeningen Eksempel er ansøger og driftsansvarlig",
        "Mangler det stadig onsdag den 30. juli 2014, får kontorchefen besked",
        "Landsbyggefonden fører tilsyn",
        "30. maj 2014, 16. juni 2014, 27. juni 2014, 30. juni 2014 og 7. juli 2014",
    ):
        assert essential in text, essential


async def test_the_administrator_is_told_why_they_get_it(office: Office) -> None:
    mail = await report_mail(office, date(2014, 7, 14), "kab")

    assert (
        "Eksempel Administration får mailen, fordi I efter vores oplysninger fører regnskabet"
        in (part(mail, "plain"))
    )


async def test_the_third_sample_shows_the_last_chain_of_meetings_and_the_package(
    office: Office,
) -> None:
    await office.live("garden", *FORGOTTEN)

    mail = await mail_on(office, "garden", date(2013, 11, 1), "p-0007")

    text = part(mail, "plain")
    for essential in (
        "Eksempelgården skal starte onsdag den 1. januar 2014",
        "Sidste mulighed før start",
        "mandag den 4. november 2013",
        "mandag den 18. november 2013",
        "tirsdag den 3. december 2013",
        "fredag den 6. december 2013",
        "torsdag den 12. december 2013",
        "starter planen uden frigivne kommunale midler",
        "Sådan står pakken i dag",
        "ikke på nogen indstilling",
        "lørdag den 2. november",
        "1.500.000,00 kr.",
        "Næste møde i br derefter er torsdag den 30. januar 2014, altså efter start",
        "Alarmen gentages mandag den 4. november 2013 kl. 9.00",
    ):
        assert essential in text, essential


async def test_an_alarm_is_urgent_in_its_subject_and_goes_alone(office: Office) -> None:
    await office.live("garden", *FORGOTTEN)

    mail = await mail_on(office, "garden", date(2013, 11, 1), "p-0007")

    assert mail.kind == "alarm"
    assert mail.subject == (
        "HASTER, sidste frist mandag den 4. november: Frigivelse af kommunens medfinansiering"
        " mangler, Eksempelgården (sagsnr. 2012-1001)"
    )


async def test_text_and_html_say_the_same_words(office: Office) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    assert words(mail, "html") == words(mail, "plain")


async def test_the_headers_tell_machines_not_to_answer_and_people_where_to(office: Office) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    message = parsed(mail)
    assert {name: str(message[name]) for name in ("Reply-To", "Auto-Submitted", "Date")} == {
        "Reply-To": "kontor@kommune.example",
        "Auto-Submitted": "auto-generated",
        "Date": "Fri, 30 May 2014 09:00:00 +0200",
    }


async def test_the_same_mail_is_the_same_bytes_each_time(office: Office) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    assert mail.write() == mail.write()


async def test_the_calendar_entry_is_a_whole_day_with_a_fixed_id(office: Office) -> None:
    mail = await report_mail(office, date(2014, 5, 30))

    attached = next(p for p in parsed(mail).walk() if p.get_content_type() == "text/calendar")
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == date(2014, 6, 30)
    assert str(event["uid"]).endswith("@helhedsplan.invalid")


async def test_an_overdue_mail_has_no_calendar_entry(office: Office) -> None:
    mail = await report_mail(office, date(2014, 7, 14))

    assert [p for p in parsed(mail).walk() if p.get_content_type() == "text/calendar"] == []


async def test_what_a_title_holds_stays_text_in_html(office: Office) -> None:
    first = build.draft(title='<script>alert("x")</script>')
    await office.live("eksempel", first, *build.RUNNING[1:])
    await office.pass_time("eksempel", date(2014, 1, 1))

    mail = await mail_on(office, "eksempel", date(2014, 5, 1), "lejerbo")

    assert "<script>" not in part(mail, "html")
    assert "&lt;script&gt;" in part(mail, "html")


async def test_a_title_with_a_line_break_cannot_add_a_header(office: Office) -> None:
    first = build.draft(title="Plan\nBcc: x@y.example")
    await office.live("eksempel", first, *build.RUNNING[1:])
    await office.pass_time("eksempel", date(2014, 1, 1))

    mail = await mail_on(office, "eksempel", date(2014, 5, 1), "lejerbo")

    assert parsed(mail)["Bcc"] is None


async def test_no_mail_threatens_in_the_funds_name(office: Office) -> None:
    mail = await report_mail(office, date(2014, 7, 14))

    assert re.search(r"rykker|krav", part(mail, "plain"), re.IGNORECASE) is None


async def test_a_party_that_reads_english_gets_english(office: Office) -> None:
    lead = (await office.directory.read()).by_id["lejerbo"]
    await office.directory.put([lead.model_copy(update={"language": "en"})])

    mail = await report_mail(office, date(2014, 5, 30))

    assert "By Monday 30 June 2014" in part(mail, "plain")


async def test_all_plans_owed_to_one_recipient_stand_in_one_mail(office: Office) -> None:
    for plan, number in (("eksempel", "2012-1001"), ("anden", "2012-1002")):
        first = build.draft(case_number=number, title=f"Plan {number}")
        await office.live(plan, first, *build.RUNNING[1:])
        await office.pass_time(plan, date(2014, 1, 1), date(2014, 5, 1))

    mail = (await office.post.drain(office.capture, date(2014, 5, 1), has_digests=False))[-1]

    assert mail.plans == ("anden", "eksempel")
    assert "2012-1001" in mail.subject
    assert "2012-1002" in mail.subject
    assert "Plan 2012-1001" in part(mail, "plain")
    assert "Plan 2012-1002" in part(mail, "plain")
