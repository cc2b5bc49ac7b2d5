"""How this program logs: one line per event on stderr, scrubbed, without local variables."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from infrastructure.event_store.errors import StoreUnavailable

# A day, a month, a year and four digits; the day is raised by 60 in replacement numbers.
CPR = re.compile(r"(?<!\d)(?:[0-36-9]\d)(?:0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)")
MAIL_ADDRESS = re.compile(r"[\w.+-]+@(?=[\w-]+(?:\.[\w-]+)*)")
URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^@\s/]+@")
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
SECRET_KEY = re.compile(r"(?i)password|secret|token|api_?key|authorization|cookie|dsn|_url$")
# Ids that look like mail addresses, and that an operator follows through the logs.
KEPT = frozenset({"message_id"})


def configure_logging(
    level: str = "INFO", form: Literal["auto", "json", "console"] = "auto"
) -> None:
    """Send structlog and the standard library through one formatter; may be called again."""
    is_console = form == "console" or (form == "auto" and sys.stderr.isatty())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            outage_in_a_line,
            structlog.processors.format_exc_info,
            scrub,
            _renderer(is_console=is_console),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def outage_in_a_line(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A store that is away is retried and is no bug: a trace for each plan would bury the news."""
    known = event.get("exc_info")
    error = known[1] if isinstance(known, tuple) else known
    if isinstance(error, StoreUnavailable):
        del event["exc_info"]
        event["error"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return event


def scrub(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Mask what looks like a CPR number, a mail address or a secret, however deep it lies."""
    return {key: _scrubbed(key, value) for key, value in event.items()}


def scrub_text(text: str) -> str:
    """The same for one text."""
    text = URL_PASSWORD.sub(r"\1***@", text)
    text = BEARER.sub(r"\1 ***", text)
    text = CPR.sub("******-****", text)
    return MAIL_ADDRESS.sub("***@", text)


def _scrubbed(key: str, value: object) -> object:
    if key in KEPT:
        return value
    if SECRET_KEY.search(key) and value is not None:
        return "***"
    match value:
        case str():
            return scrub_text(value)
        case Mapping():
            return {name: _scrubbed(str(name), inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_scrubbed("", inner) for inner in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return scrub_text(str(value))


def _renderer(*, is_console: bool) -> Processor:
    if is_console:
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
