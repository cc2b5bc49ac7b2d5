"""A plan on the sample's route, with the sample's bodies, calendar and ladders, for measuring."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from domain.plan import commands as c
from domain.plan.content import Content, Funding, GoalSupport, Source
from domain.plan.decision import Outcome, Ruling, Sitting
from domain.reference import KINDS, Reference, ReferencePublished
from domain.values import Period, TextRef
from infrastructure.clock import new_id
from infrastructure.codec import encode
from infrastructure.event_store.records import Append, Group
from infrastructure.event_store.writer import Writer

SAMPLE = Path(__file__).parents[1] / "examples" / "koebenhavn" / "reference"
TODAY = date(2014, 1, 30)
"""The plans' day: after the last decision of `decisions`, before the start."""
REASON = TextRef(id=UUID(int=1), digest="a" * 64)
POINTS = ("content", "lbf", "money")
MILLION_KR = 100_000_000
"""In øre."""

CONTENT = Content(
    title="Målehaven",
    case_number="2013-1001",
    lead="fsb",
    organisations=("fsb", "aab"),
    administrator="kab",
    case_officer="p-0001",
    area="bispebjerg",
    estates=("Målehaven I", "Målehaven II"),
    administrations=("tmf", "suf"),
    period=Period(start=date(2014, 8, 1), end=date(2018, 7, 31)),
    intervention_areas=("residents",),
    goals=(GoalSupport(goal="goal-1"),),
    budget_oere=12 * MILLION_KR,
    funding=(
        Funding(source=Source.LBF, amount_oere=9 * MILLION_KR),
        Funding(source=Source.POOL, amount_oere=MILLION_KR * 3 // 2),
        Funding(source=Source.HOUSING_ORGANISATION, amount_oere=MILLION_KR * 3 // 2),
    ),
)
DRAFT = c.Draft(on=date(2013, 8, 1), content=CONTENT)
SUBMIT = c.Submit(on=date(2013, 8, 15), committees=("tmu", "sou"), committees_reason=REASON)


def reference_content() -> dict[str, JsonValue]:
    """The sample's reference data, by kind."""
    found: dict[str, JsonValue] = {
        kind: json.loads((SAMPLE / f"{kind}.json").read_text())
        for kind in KINDS
        if kind != "meetings"
    }
    meetings: dict[str, Any] = defaultdict(list)
    with (SAMPLE / "meetings.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            meetings[row["body"]].append(row["on"])
    found["meetings"] = {body: sorted(days) for body, days in meetings.items()}
    return found


def reference() -> Reference:
    return Reference.model_validate_json(json.dumps(reference_content()))


async def publish(writer: Writer) -> None:
    """The reference streams of a new installation."""
    for kind, content in reference_content().items():
        event = ReferencePublished(on=date(2012, 1, 1), kind=kind, content=content)
        append = Append(f"reference/{kind}", 0, (encode(event),))
        await writer.append(Group(new_id(), "operator", (append,)))


def decisions(known: Reference) -> Iterator[c.RecordDecision]:
    """What the bodies decide, each at its first meeting after the one before: five in all."""
    day = date(2013, 8, 15)
    for bodies, points in (
        (("forum-bispebjerg",), ("content",)),
        (("tmu", "sou"), POINTS),
        (("oeu",), POINTS),
        (("br",), POINTS),
    ):
        held = [(body, known.next_meeting(body, day)) for body in bodies]
        for body, met_on in held:
            assert met_on is not None
            assert met_on <= TODAY
            rulings = tuple(Ruling(point=point, outcome=Outcome.APPROVED) for point in points)
            yield c.RecordDecision(sitting=Sitting(body=body, meeting_on=met_on), rulings=rulings)
        day = max(met_on for _, met_on in held if met_on is not None)
