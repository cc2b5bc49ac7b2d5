"""Mail over real SMTP ends as a file that can be read back."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from infrastructure.embedded.mailbox import EmbeddedMailServer, Mailbox


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedMailServer]:
    running = EmbeddedMailServer(Mailbox(tmp_path / "mail"), 0)
    await running.start()
    yield running
    await running.stop()


def letter(recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Helhedsplaner <helhedsplan@kk.example>"
    message["To"] = recipient
    message["Subject"] = "Årsrapporten for Ærøgården er forfalden"
    message["Message-ID"] = "<2013-10-01.fsb@kk.example>"
    message.set_content("Kære Åse\n\nRapporten mangler.\n")
    message.add_alternative("<p>Rapporten mangler.</p>", subtype="html")
    return message


async def send(server: EmbeddedMailServer, message: EmailMessage) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=server.port, start_tls=False)


async def test_a_received_letter_is_read_back_with_its_danish_letters(
    server: EmbeddedMailServer,
) -> None:
    await send(server, letter("fsb@example.dk"))

    (received,) = server.mailbox.letters()

    assert received.subject == "Årsrapporten for Ærøgården er forfalden"
    assert received.recipients == ("fsb@example.dk",)
    assert received.sender == "helhedsplan@kk.example"
    assert "Rapporten mangler." in received.text
    assert received.message["Message-ID"] == "<2013-10-01.fsb@kk.example>"


async def test_an_address_that_can_never_exist_bounces(server: EmbeddedMailServer) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refusal:
        await send(server, letter("fratraadt@fsb.invalid"))

    assert refusal.value.recipients[0].code == 550
    assert server.mailbox.letters() == []


async def test_letters_come_in_the_order_of_their_arrival(server: EmbeddedMailServer) -> None:
    for recipient in ("c@example.dk", "a@example.dk", "b@example.dk"):
        await send(server, letter(recipient))

    received = [each.recipients[0] for each in server.mailbox.letters()]

    assert received == ["c@example.dk", "a@example.dk", "b@example.dk"]


async def test_an_address_has_only_its_own_letters(server: EmbeddedMailServer) -> None:
    for recipient in ("a@example.dk", "b@example.dk"):
        await send(server, letter(recipient))

    assert len(server.mailbox.to("a@example.dk")) == 1


async def test_a_mailbox_on_disk_is_read_with_no_server(
    server: EmbeddedMailServer, tmp_path: Path
) -> None:
    await send(server, letter("a@example.dk"))
    await server.stop()

    assert len(Mailbox(tmp_path / "mail").letters()) == 1


def test_a_folder_that_is_not_there_is_an_empty_mailbox(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "nothing").letters() == []
