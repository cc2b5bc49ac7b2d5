"""The only place that reads the wall clock and draws new ids."""

from datetime import UTC, datetime
from uuid import UUID, uuid4


def utc_now() -> datetime:
    """This instant, with zone UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A fresh random id; what can be named is given a uuid5 of its name instead."""
    return uuid4()
