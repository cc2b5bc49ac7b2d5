"""Answers: how does the domain say no, so that people and programs understand it?"""

Fact = str | int | bool | None | list[str]


class Refusal(Exception):
    """A command that the rules do not allow: a stable code and the facts that explain it.

    The sentence that people read lives with the interface and is made from code and facts.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"
