"""How events stored in an older shape are lifted to the one that the code knows."""

from collections.abc import Callable
from typing import Any

import msgspec

from infrastructure.event_store.records import canonical_json

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""By event type and the version that is lifted; each lifts by one version and sets `v`."""

_LIFTED_TYPES = {event_type for event_type, _ in UPCASTERS}


def lift(event_type: str, data: str) -> str:
    """The data in its newest shape. What is new enough already is not even parsed."""
    if event_type not in _LIFTED_TYPES:
        return data
    fields: Fields = msgspec.json.decode(data)
    while (upcaster := UPCASTERS.get((event_type, fields["v"]))) is not None:
        fields = upcaster(fields)
    return canonical_json(fields)
