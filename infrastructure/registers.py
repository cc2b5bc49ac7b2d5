"""Answers: which aggregates have no workflow, and what do their read models hold?"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from domain import other_plan
from domain.other_plan import OtherPlan, OtherPlanCommand, OtherPlanEvent
from infrastructure.command_service import Aggregate


def _facets_of_other_plan(plan: OtherPlan) -> Mapping[str, Any]:
    content = plan.content
    return {
        "title": content.title,
        "kind": content.kind,
        "area": content.area,
        "start": content.start.isoformat(),
        "end": content.end.isoformat() if content.end else None,
    }


OTHER_PLANS: Aggregate[OtherPlan, OtherPlanCommand, OtherPlanEvent] = Aggregate(
    kind="other_plan",
    events=TypeAdapter(OtherPlanEvent),
    state=TypeAdapter(OtherPlan),
    decide=other_plan.decide,
    evolve=other_plan.evolve,
    facets=_facets_of_other_plan,
)

REGISTERS: tuple[Aggregate[Any, Any, Any], ...] = (OTHER_PLANS,)
"""Every kind, so that a rebuild knows them all."""
