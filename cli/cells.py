"""Reads what people type in options and form files, strictly: a doubt is a fault, never a guess."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from cli.problems import BadUsage
from domain.plan.decision import CallIn, MinorityStatement, PartyVote
from infrastructure.importing import cells
from infrastructure.importing.faults import BadCell, Fault, Place

T = TypeVar("T")
MOST_VOTES = 55


def day(text: str | None, what: str) -> date | None:
    """A date such as 2013-10-01, or 01-10-2013 as a Danish spreadsheet writes it."""
    return needed_day(text, what) if text else None


def needed_day(text: str, what: str) -> date:
    """The same where it cannot be left out."""
    return _read(cells.as_date, text.strip(), what)


def command_id(text: str | None) -> UUID | None:
    """The id of a command, where it was given."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadUsage(
            f"--command-id: {text} er ikke en UUID. Udelad den, eller brug den, du fik svaret med.",
            f"--command-id: {text} is no UUID. Leave it out, or use the one of the answer.",
            value=text,
        ) from None


def votes(texts: Iterable[str]) -> tuple[PartyVote, ...]:
    """`Liste A:4-2-1` or `Liste A 4-2-1`: for, against and, where there were any, abstained."""
    written = "|".join(_spaced(text) for text in texts if text.strip())
    found = _read(cells.votes, written, "--votes") if written else ()
    if any(number > MOST_VOTES for _, *numbers in found for number in numbers):
        raise _unread("--votes", written, "not_votes")
    return tuple(
        PartyVote(party=party, votes_for=yes, votes_against=no, abstained=abstained)
        for party, yes, no, abstained in found
    )


def minority(text: str | None) -> MinorityStatement | None:
    """`Liste 2:2013-10-04`: who dissents, and by when the reasons are due."""
    if not text:
        return None
    party, due = _read(cells.party_and_day, _spaced(text), "--minority")
    return MinorityStatement(party=party, reasons_due=due)


def call_in(text: str | None) -> CallIn | None:
    """The party of the member who stopped the decision."""
    return CallIn(party=_read(cells.as_label, text.strip(), "--call-in")) if text else None


def ids(texts: Iterable[str], what: str) -> tuple[str, ...]:
    """Ids, each given for itself or several in one, parted by `;`."""
    written = ";".join(text for text in texts if text)
    return _read(cells.points, written, what) if written else ()


def _spaced(text: str) -> str:
    """A colon before the numbers is as good as a space."""
    return re.sub(r"\s*:\s*(?=[\d-]+$)", " ", text.strip())


def _read(parse: Callable[[cells.Cell], T], text: str, what: str) -> T:
    try:
        return parse(text)
    except BadCell as error:
        raise _unread(what, text, error.code, **error.facts) from None


def _unread(what: str, text: str, code: str, **facts: object) -> BadUsage:
    fault = Fault(Place(what), "", code, {"value": text} | facts)
    return BadUsage(fault.sentence("da"), fault.sentence("en"), field=what, value=text)
