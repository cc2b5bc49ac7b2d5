"""Answers: which aggregates have no workflow, and what do their read models hold?"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from domain import evaluation, other_plan
from domain.evaluation import Evaluation, EvaluationCommand, EvaluationEvent
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


def _facets_of_evaluation(found: Evaluation) -> Mapping[str, Any]:
    return {
        "year": found.year,
        "due_on": found.due_on.isoformat(),
        "is_concluded": found.concluded_on is not None,
    }


EVALUATIONS: Aggregate[Evaluation, EvaluationCommand, EvaluationEvent] = Aggregate(
    kind="evaluation",
    events=TypeAdapter(EvaluationEvent),
    state=TypeAdapter(Evaluation),
    decide=evaluation.decide,
    evolve=evaluation.evolve,
    facets=_facets_of_evaluation,
)

REGISTERS: tuple[Aggregate[Any, Any, Any], ...] = (OTHER_PLANS, EVALUATIONS)
"""Every kind, so that a rebuild knows them all."""
