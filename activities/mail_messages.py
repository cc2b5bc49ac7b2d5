"""Answers: what do the courier and its activity say to each other? No names, no addresses."""

from domain.values import Value

DELIVER_MAIL = "deliver_mail"


class CourierStart(Value):
    """What one run of the courier hands to the next."""

    fruitless: int = 0
    """Rounds in a row in which a server would not take a mail."""


class Round(Value):
    """What one round of delivering came to."""

    sent: int = 0
    deferred: int = 0
    has_more: bool = False
    wake_in_seconds: float
    """How long nothing can happen, unless something new is owed: until the next working morning."""
