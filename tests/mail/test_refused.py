"""The sender of a refused signal is told by mail, once, and the office when that cannot be."""

from datetime import date, datetime
from email import message_from_bytes, policy

import pytest

from domain.calendar import COPENHAGEN
from infrastructure.clock import new_id
from infrastructure.refusals import Refusals
from tests.mail.conftest import Office

DAY = date(2013, 10, 1)
NOON = datetime(2013, 10, 1, 12, tzinfo=COPENHAGEN)


async def refuse(office: Office, actor: str) -> None:
    await Refusals(office.pool).put(
        stream="plan/nowhere",
        command_id=new_id(),
        actor=actor,
        code="not_approved_by_council",
        facts={"phase": "draft"},
        at=NOON,
    )


async def test_the_sender_is_told_what_was_not_recorded_and_what_to_do(office: Office) -> None:
    await refuse(office, "p-0007")
    await office.post.work(office.capture, DAY)

    (mail,) = office.capture.mails
    text = message_from_bytes(mail.message, policy=policy.default).get_body(("plain",))
    assert (mail.party, mail.kind) == ("p-0007", "refusal")
    assert text is not None
    assert "er ikke registreret" in text.get_content()


async def test_a_sender_is_told_once(office: Office) -> None:
    await refuse(office, "p-0007")
    await office.post.work(office.capture, DAY)
    await office.post.work(office.capture, DAY)

    assert len(office.capture.mails) == 1


@pytest.mark.parametrize("actor", ["operator", "nobody-knows"])
async def test_the_office_is_told_of_a_sender_without_an_address(
    office: Office, actor: str
) -> None:
    await refuse(office, actor)
    await office.post.work(office.capture, DAY)

    assert [mail.kind for mail in office.capture.mails] == ["refusal"]
