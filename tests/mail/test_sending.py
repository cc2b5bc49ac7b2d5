"""Real SMTP: what a server's answers mean for a mail."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from infrastructure.mail.message import Mail
from infrastructure.mail.transport import Refused, Smtp, TryAgain
from tests.mail.conftest import Office
from tests.mail.test_post import MAY, running

MAIL = Mail(
    id="m-1",
    party="lejerbo",
    address="lejerbo@bolig.example",
    day=date(2014, 5, 1),
    kind="reminder",
    subject="Frist",
    carried=(),
    write=lambda: b"Message-ID: <m-1@helhedsplan.invalid>\r\nSubject: Frist\r\n\r\nTekst\r\n",
)


@dataclass
class Server:
    """A mail server with scripted answers, by recipient."""

    answers: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: object
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.received.append(envelope.original_content or b"")
        return "250 OK"

    @property
    def transport(self) -> Smtp:
        return Smtp(f"smtp://127.0.0.1:{self.port}", "system@kommune.example")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(made, hostname="localhost"), "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    await listening.wait_closed()


async def test_a_mail_arrives_with_its_own_id(server: Server) -> None:
    await server.transport.send(MAIL)

    assert b"Message-ID: <m-1@helhedsplan.invalid>" in server.received[0]


async def test_a_451_is_tried_again_for_this_recipient_only(server: Server) -> None:
    server.answers["lejerbo@bolig.example"] = "451 4.7.1 Greylisted"

    with pytest.raises(TryAgain) as caught:
        await server.transport.send(MAIL)

    assert not caught.value.is_about_all


async def test_a_550_is_final(server: Server) -> None:
    server.answers["lejerbo@bolig.example"] = "550 5.1.1 No such mailbox"

    with pytest.raises(Refused):
        await server.transport.send(MAIL)


async def test_a_server_that_is_away_is_about_all_mail() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(TryAgain) as caught:
        await Smtp(f"smtp://127.0.0.1:{port}", "system@kommune.example").send(MAIL)

    assert caught.value.is_about_all


async def test_a_greylisted_recipient_does_not_hold_up_the_others(
    office: Office, server: Server
) -> None:
    server.answers["lejerbo@bolig.example"] = "451 4.7.1 Greylisted"
    await running(office, MAY, date(2014, 6, 16))
    office.post.is_virtual = False

    worked = await office.post.work(server.transport, date(2014, 6, 16))

    assert worked.deferred == 1
    assert any(b"kab@drift.example" in each for each in server.received)


async def test_a_deferred_mail_is_sent_when_the_server_takes_it(
    office: Office, server: Server
) -> None:
    server.answers["lejerbo@bolig.example"] = "451 4.7.1 Greylisted"
    await running(office, MAY)
    office.post.is_virtual = False
    await office.post.work(server.transport, MAY)
    server.answers.clear()

    await office.post.work(server.transport, MAY)

    assert [b"lejerbo@bolig.example" in each for each in server.received].count(True) == 1


async def test_a_550_over_smtp_is_passed_on_and_recorded(office: Office, server: Server) -> None:
    server.answers["lejerbo@bolig.example"] = "550 5.1.1 No such mailbox"
    await running(office, MAY)
    office.post.is_virtual = False

    await office.post.work(server.transport, MAY)

    rows = {(p, s) for n, p, s in await office.outbox() if "report/2013" in n}
    assert rows == {("lejerbo", "bounced"), ("kab", "pending")}
