"""Lifts the data of old events to today's schema, one version at a time, on reading only."""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]


class Upcasters:
    """`register` names the version that a function starts from; it answers for the next one.

    The version stands in the data as `v`; data without it is version 1.
    """

    def __init__(self) -> None:
        self._steps: dict[tuple[str, int], Upcaster] = {}

    def register(self, event_type: str, from_version: int) -> Callable[[Upcaster], Upcaster]:
        def add(upcaster: Upcaster) -> Upcaster:
            key = (event_type, from_version)
            if key in self._steps:
                raise ValueError(f"{event_type} v{from_version} has an upcaster already")
            self._steps[key] = upcaster
            return upcaster

        return add

    def lift(self, event_type: str, data: Data) -> Data:
        """The data as the newest version has it; the argument is left as it was."""
        version = data.get("v", 1)
        while (step := self._steps.get((event_type, version))) is not None:
            version += 1
            data = {**step(dict(data)), "v": version}
        return data

    def newest(self, event_type: str) -> int:
        """The version that `lift` ends at when it starts from version 1."""
        version = 1
        while (event_type, version) in self._steps:
            version += 1
        return version
