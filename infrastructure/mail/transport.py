"""Answers: how does a mail leave, and what does the other side say to it?"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from infrastructure.mail.message import Mail

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT_SECONDS = 30.0


class TryAgain(Exception):
    """The server did not take it now (4xx, or no answer): later it may.

    `is_about_all` when the server itself is away, so that no other mail need be tried.
    """

    def __init__(self, why: str, *, is_about_all: bool) -> None:
        super().__init__(why)
        self.is_about_all = is_about_all


class Refused(Exception):
    """The server will never take this mail for this recipient (5xx)."""


class Transport(Protocol):
    async def send(self, mail: Mail) -> None:
        """Return once the other side has taken it; raises TryAgain or Refused."""


@dataclass(frozen=True)
class Smtp:
    """A mail server by `SMTP_URL`: `smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`."""

    url: str
    sender: str
    """The envelope's sender, where bounces go."""

    async def send(self, mail: Mail) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS:
            raise TryAgain(f"SMTP_URL: unknown scheme {parts.scheme!r}", is_about_all=True)
        try:
            await aiosmtplib.send(
                mail.message,
                sender=self.sender,
                recipients=[mail.address],
                hostname=parts.hostname or "localhost",
                port=parts.port or PORTS[parts.scheme],
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                start_tls=True
                if parts.scheme == "smtp+starttls"
                else None
                if parts.username
                else False,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPException as error:
            raise _judged(error) from error
        except OSError as error:
            raise TryAgain(str(error), is_about_all=True) from error


SERVERS_OWN = (
    aiosmtplib.SMTPConnectError,
    aiosmtplib.SMTPHeloError,
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPSenderRefused,
)
"""Replies that are about us, not about a recipient."""


def _judged(error: aiosmtplib.SMTPException) -> Exception:
    """Only the recipient's own 5xx is final; a server that is away or unwilling is tried again."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = max((each.code for each in error.recipients), default=0)
        return Refused(f"{code}") if code >= 500 else TryAgain(f"{code}", is_about_all=False)
    if isinstance(error, aiosmtplib.SMTPDataError) and error.code >= 500:
        return Refused(f"{error.code}")
    is_reply = isinstance(error, aiosmtplib.SMTPResponseException)
    is_about_all = not is_reply or isinstance(error, SERVERS_OWN)
    return TryAgain(f"{type(error).__name__}: {error}", is_about_all=is_about_all)


@dataclass
class Capture:
    """Keeps mails instead of sending them: for rehearsals. Nothing leaves."""

    bounces: Collection[str] = ()
    """Addresses that refuse every mail."""
    mails: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        if mail.address in self.bounces:
            raise Refused("550")
        self.mails.append(mail)
