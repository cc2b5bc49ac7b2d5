"""Answers: which bytes go to the mail server for one letter?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cached_property
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event

from domain.calendar import COPENHAGEN, NOTICE_TIME, at
from infrastructure.directory import Party
from infrastructure.mail.compose import ALARMS, Composed, things
from infrastructure.mail.letter import Letter, html_of, text_of
from infrastructure.mail.owed import Desk, Matter, Owed
from infrastructure.wording.say import say
from infrastructure.wording.sentences import explain, names_of

MAILS = UUID("0f5b7a52-6a41-5a39-8f0e-3d2f1c9f6c11")
DOMAIN = "helhedsplan.invalid"
"""Right of the @ in ids; nobody answers there (RFC 6761)."""


@dataclass(frozen=True)
class Mail:
    """One mail to one recipient, ready to be sent and kept."""

    id: str
    party: str
    """The recipient in the directory."""
    address: str
    day: date
    kind: str
    """`reminder`, `alarm`, `digest` or `refusal`."""
    subject: str
    carried: tuple[tuple[str, str, str], ...]
    """Plan, notice and party of every row that it settles."""
    write: Callable[[], bytes]
    """A rehearsal of thousands of mails never asks for the bytes."""

    @cached_property
    def message(self) -> bytes:
        return self.write()

    @property
    def notices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(notice for _, notice, _ in self.carried))

    @property
    def plans(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(plan for plan, _, _ in self.carried))


def mail_id(party: str, day: date, what: tuple[str, ...]) -> str:
    """The same for the same recipient, day and notices, however often it is sent."""
    return str(uuid5(MAILS, "|".join([party, day.isoformat(), *sorted(what)])))


def reminder(desk: Desk, recipient: Party, composed: Composed, day: date) -> Mail:
    """The mail of a composed letter."""
    carried = tuple(owed.key for owed in composed.rows)
    identity = mail_id(recipient.id, day, tuple(f"{plan}/{notice}" for plan, notice, _ in carried))
    is_alarm = any(matter.last.is_urgent for matter in composed.matters)
    is_internal = all(matter.kind in ALARMS for matter in composed.matters)

    def write() -> bytes:
        message = envelope(desk, recipient, composed.letter, identity, day, is_internal=is_internal)
        _attach(message, desk, recipient, composed, day)
        return message.as_bytes(policy=SMTP)

    return Mail(
        id=identity,
        party=recipient.id,
        address=recipient.email or "",
        day=day,
        kind="alarm" if is_alarm else "reminder",
        subject=_one_line(composed.subject),
        carried=carried,
        write=write,
    )


def envelope(
    desk: Desk, recipient: Party, letter: Letter, identity: str, day: date, *, is_internal: bool
) -> EmailMessage:
    """Headers and both bodies. Answers go to the office; machines are asked not to answer."""
    office = desk.parties.office
    system_name, system = parseaddr(desk.system_mailbox)
    message = EmailMessage(policy=SMTP)
    if office is not None and office.email and not is_internal:
        name = say(recipient.language, "mail.from_office", office=_one_line(office.name))
        message["From"] = Address(name, addr_spec=office.email)
    else:
        name = system_name or say(recipient.language, "mail.from_system")
        message["From"] = Address(name, addr_spec=system)
    message["To"] = Address(_one_line(recipient.name), addr_spec=recipient.email)
    message["Reply-To"] = Address(addr_spec=office.email if office and office.email else system)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = at(day, NOTICE_TIME).astimezone(COPENHAGEN)
    message["Message-ID"] = f"<{identity}@{DOMAIN}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = letter.lang
    message.set_content(text_of(letter))
    message.add_alternative(html_of(letter), subtype="html")
    # A boundary drawn at random would make the same mail other bytes each time.
    message.set_boundary(f"part-{identity}")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _attach(
    message: EmailMessage, desk: Desk, recipient: Party, composed: Composed, day: date
) -> None:
    coming = [matter for matter in composed.matters if matter.due_on >= day]
    if not coming:
        return
    content = calendar(desk, recipient, coming, day)
    name = f"frist-{coming[0].kind}-{coming[0].plan_id}.ics" if len(coming) == 1 else "frister.ics"
    message.add_attachment(
        content,
        maintype="text",
        subtype="calendar",
        filename=name,
        params={"method": "PUBLISH", "charset": "utf-8"},
    )
    message.set_boundary(f"all-{message['Message-ID'].strip('<>').partition('@')[0]}")


def calendar(desk: Desk, recipient: Party, coming: list[Matter], day: date) -> bytes:
    """All-day entries whose ids never change, so that a moved date moves the entry."""
    made = Calendar()
    made.add("prodid", "-//helhedsplan//da")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    names = names_of(recipient.language, desk.reference, desk.parties.names)
    for matter in coming:
        about = things(recipient.language, matter, names)
        summary = say(
            recipient.language,
            "mail.calendar_summary",
            things=about,
            plan=matter.plan.content.title,
        )
        made.add_component(
            _entry(desk, matter, summary, explain(recipient.language, matter.deadlines[0]), day)
        )
    return bytes(made.to_ical())


def _entry(desk: Desk, matter: Matter, summary: str, why: str, day: date) -> Event:
    event = Event()
    event.add("uid", f"{uuid5(MAILS, f'{matter.plan_id}/{matter.deadlines[0].key}')}@{DOMAIN}")
    event.add("dtstamp", at(day, NOTICE_TIME))
    event.add("sequence", day.toordinal())
    event.add("dtstart", matter.due_on)
    event.add("dtend", matter.due_on + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", why)
    event.add("url", f"{desk.base_url.rstrip('/')}/plans/{matter.plan_id}")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(hours=-15))
    event.add_component(alarm)
    return event


def digest_mail(desk: Desk, recipient: Party, letter: Letter, day: date) -> Mail:
    """The Monday digest, which carries no notice of its own."""
    return _plain(desk, recipient, letter, day, "digest", "digest")


def refusal_mail(desk: Desk, recipient: Party, letter: Letter, day: date, about: str) -> Mail:
    """What the sender of a refused signal is told; `about` names the refusal."""
    return _plain(desk, recipient, letter, day, "refusal", about)


def _plain(desk: Desk, recipient: Party, letter: Letter, day: date, kind: str, about: str) -> Mail:
    identity = mail_id(recipient.id, day, (about,))

    def write() -> bytes:
        message = envelope(desk, recipient, letter, identity, day, is_internal=True)
        return message.as_bytes(policy=SMTP)

    return Mail(
        id=identity,
        party=recipient.id,
        address=recipient.email or "",
        day=day,
        kind=kind,
        subject=_one_line(letter.subject),
        carried=(),
        write=write,
    )


def undelivered_id(party: str, day: date, rows: list[Owed]) -> str:
    """Stands for the mail that was never written, where there was nothing to send or nobody."""
    return mail_id(party, day, tuple(f"{owed.plan}/{owed.notice.id}" for owed in rows))
