"""What a log line may hold, and where it goes."""

import json
import logging
from typing import Literal

import pytest
import structlog

from infrastructure.event_store.errors import StoreUnavailable
from infrastructure.logging import configure_logging, scrub_text


@pytest.fixture(autouse=True)
def _restore_logging() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield None
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    captured = capsys.readouterr()
    assert captured.out == ""
    line: dict[str, object] = json.loads(captured.err.splitlines()[-1])
    return line


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("borger 010190-1234 skrev", "borger ******-**** skrev"),
        ("0101901234", "******-****"),
        ("cvr 12345678 og 1795000000", "cvr 12345678 og 1795000000"),
        ("postgresql://app:hemmeligt@db/x", "postgresql://app:***@db/x"),
        ("Authorization: Bearer abcdefgh1234", "Authorization: Bearer ***"),
        ("mail til anna@kk.dk", "mail til ***@kk.dk"),
        ("plan/aerogaarden version 12", "plan/aerogaarden version 12"),
    ],
)
def test_personal_data_and_secrets_are_masked(text: str, kept: str) -> None:
    assert scrub_text(text) == kept


def test_a_json_line_masks_what_lies_deep(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form="json")

    structlog.get_logger("test").info(
        "mail_sent", plan="plan/a", password="hemmeligt", facts={"who": ["anna@kk.dk", 12]}
    )

    line = logged(capsys)
    assert line["event"] == "mail_sent"
    assert line["plan"] == "plan/a"
    assert line["password"] == "***"
    assert line["facts"] == {"who": ["***@kk.dk", 12]}


def test_the_standard_library_logs_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form="json")

    logging.getLogger("temporal.core").warning("lost %s", "127.0.0.1:7233")

    line = logged(capsys)
    assert line["event"] == "lost 127.0.0.1:7233"
    assert line["logger"] == "temporal.core"
    assert line["level"] == "warning"


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_failure_never_logs_local_variables(
    capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    configure_logging(form=form)
    statement = "WHAT-SHE-SAID".lower()

    try:
        int(f"{len(statement)} 010190-1234")
    except ValueError:
        structlog.get_logger("test").exception("import_failed")

    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "what-she-said" not in written
    assert "010190-1234" not in written


def test_a_message_id_stays_readable(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form="json")

    structlog.get_logger("test").info("mail_sent", message_id="<a1@kk.dk>")

    assert logged(capsys)["message_id"] == "<a1@kk.dk>"


def test_a_store_that_is_away_is_one_line_and_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form="json")
    try:
        raise StoreUnavailable("refused\nDETAIL: it starts")
    except StoreUnavailable:
        logging.getLogger("temporalio.activity").warning("failed", exc_info=True)

    line = logged(capsys)
    assert (line["error"], "exception" in line) == ("StoreUnavailable: refused", False)
