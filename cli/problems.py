"""Answers: with which exit code and sentence does a command end that did not go well?"""

from typing import Any

FAULT = 1
USAGE = 2
NOT_FOUND = 4
REFUSED = 5
TRY_LATER = 75


class Problem(Exception):
    """Ends a command with an exit code and a sentence, in both languages, that says what to do.

    Exit code 1 is a fault that `verify` or `doctor` found, or a bug.
    """

    exit_code = FAULT
    code = "fault"

    def __init__(self, da: str, en: str, **facts: Any) -> None:
        super().__init__(en)
        self.sentences = {"da": da, "en": en}
        self.facts = facts


class BadUsage(Problem):
    """What was asked cannot be understood."""

    exit_code = USAGE
    code = "usage"


class NotFound(Problem):
    """The named thing is not there; `facts` has the nearest names."""

    exit_code = NOT_FOUND
    code = "not_found"


class Refused(Problem):
    """A rule speaks against it; `code` is the rule's."""

    exit_code = REFUSED

    def __init__(self, code: str, da: str, en: str, **facts: Any) -> None:
        super().__init__(da, en, **facts)
        self.code = code


class Away(Problem):
    """A service does not answer, or the demo is being advanced: the same again later."""

    exit_code = TRY_LATER
    code = "try_later"
