"""The mail of a rehearsal: written by the courier's own code, day by day, and kept instead of sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from infrastructure.directory import Directory
from infrastructure.mail.message import Mail
from infrastructure.mail.post import Post
from infrastructure.mail.transport import Refused
from rehearsal.house import House
from rehearsal.lives import SentMail
from rehearsal.script import Script

SYSTEM_MAILBOX = "helhedsplan@localhost"
BASE_URL = "http://localhost:8080"


@dataclass
class Void:
    """Takes every mail but those that the script lets bounce, and passes none on."""

    script: Script

    async def send(self, mail: Mail) -> None:
        if self.script.bounces_on(mail.party, mail.day):
            raise Refused("550")


async def mail_all(house: House, script: Script, until: date) -> list[Mail]:
    """Everything that fell due, as it would have gone; who bounced is passed over until mended.

    Digests are left out: they tell what stands when they are written, and that was not kept.
    """
    post = Post(house.plans, house.writer, house.pool, BASE_URL, SYSTEM_MAILBOX, is_virtual=True)
    transport = Void(script)
    mails: list[Mail] = []
    for bounce in sorted(script.bounces, key=lambda each: each.until):
        if bounce.until < until:
            mails += await post.drain(transport, bounce.until, has_digests=False)
            await _mend(house, bounce.party)
    return mails + await post.drain(transport, until, has_digests=False)


async def _mend(house: House, party_id: str) -> None:
    """Somebody has corrected the address."""
    directory = Directory(house.pool)
    party = (await directory.read()).by_id.get(party_id)
    if party is not None and party.email is not None:
        await directory.put([party.model_copy(update={"email": f"ny-{party.email}"})])


def by_plan(mails: Iterable[Mail]) -> dict[str, list[SentMail]]:
    """Each notice that a mail carried, under its plan."""
    found: dict[str, list[SentMail]] = {}
    for mail in mails:
        for plan, notice, _ in mail.carried:
            told = SentMail(mail.day, mail.address, mail.subject, notice, mail.id)
            found.setdefault(plan, []).append(told)
    return found


def last_mail_day(until: date) -> date:
    """A weekly digest's reader gets what fell due on the last day within a week."""
    return until + timedelta(days=10)
