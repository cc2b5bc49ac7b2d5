"""Receives mail over real SMTP and keeps each one as a file that survives a power cut."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from infrastructure.clock import new_id, utc_now

PREFERRED_PORT = 1025
# RFC 6761: nothing is ever delivered to such a name, so the sink bounces it as a real server would.
BOUNCING_DOMAIN = ".invalid"
BOUNCING_MAILBOX = "bounce@"
"""So begins the address of whoever refuses all mail in the sample."""
SENDER_HEADER = "X-Envelope-From"
RECIPIENT_HEADER = "X-Envelope-To"
RECEIVED_HEADER = "X-Received-At"


@dataclass(frozen=True)
class Letter:
    """One received mail: who it was really sent to, and what was in it."""

    key: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject line, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """The plain text part, or the empty string."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""


class Mailbox:
    """The letters in a folder, oldest first; reading needs no running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def letters(self) -> list[Letter]:
        """All that was received, in order."""
        return list(self._read())

    def to(self, recipient: str) -> list[Letter]:
        """What this address received."""
        return [letter for letter in self._read() if recipient in letter.recipients]

    def keep(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Write one letter so that it is there after any crash; answers its key."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        now = utc_now()
        key = f"{now:%Y%m%dT%H%M%S.%f}-{new_id().hex[:8]}"
        head = [f"{SENDER_HEADER}: {_one_line(sender)}", f"{RECEIVED_HEADER}: {now.isoformat()}"]
        head += [f"{RECIPIENT_HEADER}: {_one_line(recipient)}" for recipient in recipients]
        written = "\r\n".join(head).encode() + b"\r\n" + content
        _write_durably(self.folder / f"{key}.eml", written)
        return key

    def _read(self) -> Iterator[Letter]:
        for path in sorted(self.folder.glob("*.eml")):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            yield Letter(
                key=path.stem,
                received_at=datetime.fromisoformat(str(message[RECEIVED_HEADER])),
                sender=str(message[SENDER_HEADER]),
                recipients=tuple(str(each) for each in message.get_all(RECIPIENT_HEADER, [])),
                message=message,
            )


class EmbeddedMailServer:
    """An SMTP server on loopback that fills a mailbox."""

    def __init__(self, mailbox: Mailbox, port: int | None = None) -> None:
        self.mailbox = mailbox
        self.port = port
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """What `SMTP_URL` is for this server."""
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; on a free port when the usual one is taken."""
        wanted = [PREFERRED_PORT, 0] if self.port is None else [self.port]
        for port in wanted:
            try:
                self._server = await self._listen(port)
                break
            except OSError:
                if port == wanted[-1]:
                    raise
        if self._server is not None:
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: SMTP(_Receiver(self.mailbox), hostname="localhost", enable_SMTPUTF8=True),
            "127.0.0.1",
            port,
        )

    async def stop(self) -> None:
        """Stop listening; what was acknowledged is on disk."""
        if self._server is not None:
            self._server.close()
            self._server = None


class _Receiver:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        name = address.lower().strip("<>")
        if name.endswith(BOUNCING_DOMAIN) or name.startswith(BOUNCING_MAILBOX):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self.mailbox.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        return "250 OK"


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _write_durably(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
