"""Answers: may this body's decision be recorded, and what is recorded?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from domain.plan import commands as c
from domain.plan import events as e
from domain.plan.context import Context
from domain.plan.decision import (
    DRAFT_STEP,
    ENDING,
    PASSING,
    Outcome,
    Ruling,
    Sitting,
)
from domain.plan.filing import over_problems, waiting_bodies
from domain.plan.progress import Standing, Step, phase, returned_version, steps
from domain.plan.state import Decision, Phase, Plan
from domain.reference import Authority, StageKind
from domain.refusals import Refusal

NO = ENDING | {Outcome.REJECTED}
"""Outcomes by which a proposal was not adopted."""


def decision_problems(plan: Plan, command: c.RecordDecision, context: Context) -> Iterator[Refusal]:
    """Everything that speaks against recording what a body is said to have decided."""
    if plan.filed is None or phase(plan) is Phase.DRAFT:
        yield Refusal("not_submitted", phase=phase(plan))
        return
    yield from over_problems(plan)
    yield from _sitting_problems(command.sitting, plan.submitted_on, context)
    if len({ruling.point for ruling in command.rulings}) != len(command.rulings):
        yield Refusal("point_ruled_twice")
    for ruling in command.rulings:
        yield from _turn_problems(plan, command, ruling)
        yield from _ruling_problems(plan, command.sitting, ruling)


def _sitting_problems(
    sitting: Sitting, submitted_on: date | None, context: Context
) -> Iterator[Refusal]:
    if sitting.meeting_on > context.today:
        yield Refusal("meeting_in_future", meeting_on=sitting.meeting_on.isoformat())
    if submitted_on is not None and sitting.meeting_on < submitted_on:
        yield Refusal(
            "meeting_before_submission",
            meeting_on=sitting.meeting_on.isoformat(),
            submitted_on=submitted_on.isoformat(),
        )


def _turn_problems(plan: Plan, command: c.RecordDecision, ruling: Ruling) -> Iterator[Refusal]:
    """Is it this body's turn on this point?"""
    body = command.sitting.body
    way = steps(plan, ruling.point)
    if not way:
        known = sorted(point.id for point in plan.filed.points) if plan.filed else []
        yield Refusal("unknown_point", point=ruling.point, known=known)
        return
    step = next((each for each in way if each.body == body), None)
    if step is None:
        ended = next((each for each in way if each.standing is Standing.ENDED), None)
        if ended is not None and ended.decision is not None:
            yield _already(ended.decision, ruling.point)
        else:
            bodies = sorted({each.body for each in way})
            yield Refusal("body_not_on_route", body=body, point=ruling.point, known=bodies)
    elif (repeated := _repeated(plan, step, command)) is not None:
        yield _already(repeated, ruling.point)
    elif step.standing is Standing.AHEAD:
        waiting = waiting_bodies(plan, ruling.point)
        yield Refusal("not_this_bodys_turn", body=body, point=ruling.point, waits_for=waiting)
    else:
        yield from _order_problems(way, step, command.sitting)


def _repeated(plan: Plan, step: Step, command: c.RecordDecision) -> Decision | None:
    """What settled the point already, or was recorded of it from the very same meeting."""
    if command.is_new_decision:
        return None
    if step.standing in (Standing.SETTLED, Standing.ENDED):
        return step.decision
    since = returned_version(plan, step.point)
    place = (step.point, step.body, command.sitting.meeting_on)
    return next((d for d in plan.decisions if d.version > since and _place(d) == place), None)


def _place(decision: Decision) -> tuple[str, str, date]:
    return decision.ruling.point, decision.sitting.body, decision.sitting.meeting_on


def _order_problems(way: tuple[Step, ...], step: Step, sitting: Sitting) -> Iterator[Refusal]:
    """A body meets on a point after those before it, and after itself."""
    for other in way:
        if other.stage.id == step.stage.id and other.body != step.body:
            continue
        met_on = other.decision.sitting.meeting_on if other.decision else None
        if met_on is not None and sitting.meeting_on < met_on:
            yield Refusal(
                "meeting_out_of_order",
                meeting_on=sitting.meeting_on.isoformat(),
                after_body=other.body,
                after_meeting_on=met_on.isoformat(),
            )
        if other.body == step.body:
            return


def _already(decision: Decision, point: str) -> Refusal:
    return Refusal(
        "already_decided",
        point=point,
        body=decision.sitting.body,
        meeting_on=decision.sitting.meeting_on.isoformat(),
        outcome=decision.ruling.outcome,
        decision=decision.id,
    )


def _ruling_problems(plan: Plan, sitting: Sitting, ruling: Ruling) -> Iterator[Refusal]:
    point = ruling.point
    plain = ruling.outcome is Outcome.APPROVED
    if not plain and ruling.reason is None and not ruling.minutes_give_no_reason:
        yield Refusal("reason_required", point=point, outcome=ruling.outcome)
    if ruling.reason is not None and ruling.minutes_give_no_reason:
        yield Refusal("reason_contradicts", point=point)
    if (ruling.outcome is Outcome.APPROVED_WITH_CONDITION) != (ruling.condition is not None):
        yield Refusal("condition_required", point=point, outcome=ruling.outcome)
    yield from _vote_problems(ruling)
    yield from _return_problems(plan, sitting, ruling)
    postponed_to = ruling.postponed_to
    if postponed_to is not None and postponed_to <= sitting.meeting_on:
        yield Refusal("postponed_backwards", postponed_to=postponed_to.isoformat())
    yield from _dissent_problems(plan, sitting, ruling)


def _vote_problems(ruling: Ruling) -> Iterator[Refusal]:
    """A majority of the votes cast; abstentions do not count; a tie is not adopted [P]."""
    if not ruling.votes:
        return
    votes_for, votes_against = ruling.cast
    adopted = votes_for > votes_against
    wants_no = ruling.outcome in NO
    if (ruling.outcome in PASSING and not adopted) or (wants_no and adopted):
        yield Refusal(
            "votes_contradict_outcome",
            point=ruling.point,
            outcome=ruling.outcome,
            votes_for=votes_for,
            votes_against=votes_against,
        )


def _return_problems(plan: Plan, sitting: Sitting, ruling: Ruling) -> Iterator[Refusal]:
    if ruling.outcome is not Outcome.SENT_BACK:
        if ruling.returned_to is not None:
            yield Refusal("step_without_return", point=ruling.point)
        return
    earlier = _earlier_steps(plan, ruling.point, sitting.body)
    if ruling.returned_to is None:
        yield Refusal("step_required", point=ruling.point, known=earlier)
    elif ruling.returned_to not in earlier:
        yield Refusal("step_not_earlier", step=ruling.returned_to, known=earlier)


def _earlier_steps(plan: Plan, point: str, body: str) -> list[str]:
    """The steps that a body can send a point back to, from the draft on."""
    earlier = [DRAFT_STEP]
    for step in steps(plan, point):
        if step.body == body:
            break
        if step.stage.id not in earlier:
            earlier.append(step.stage.id)
    own = next((s.stage.id for s in steps(plan, point) if s.body == body), None)
    return [step for step in earlier if step != own]


def _dissent_problems(plan: Plan, sitting: Sitting, ruling: Ruling) -> Iterator[Refusal]:
    if ruling.minority is not None:
        votes = next((v for v in ruling.votes if v.party == ruling.minority.party), None)
        in_minority = votes is not None and (
            votes.votes_for if ruling.outcome in NO else votes.votes_against
        )
        if not in_minority:
            yield Refusal("not_in_minority", party=ruling.minority.party, point=ruling.point)
    if ruling.call_in is not None and not _may_call_in(plan, sitting, ruling):
        yield Refusal("call_in_not_possible", body=sitting.body, point=ruling.point)


def _may_call_in(plan: Plan, sitting: Sitting, ruling: Ruling) -> bool:
    """Only a committee's decision can be stopped; a recommendation cannot (§ 23)."""
    step = next((s for s in steps(plan, ruling.point) if s.body == sitting.body), None)
    return (
        step is not None
        and step.authority is Authority.DECIDES
        and step.stage.kind in (StageKind.COMMITTEES, StageKind.FINANCE)
    )


def decide_rulings(plan: Plan, command: c.RecordDecision, context: Context) -> list[e.PlanEvent]:
    """One event per ruling; ids count on, so that each entry can be named."""
    first = len(plan.decisions) + 1
    return [
        e.DecisionRecorded(
            on=command.sitting.meeting_on,
            decision=f"d{first + index}",
            sitting=command.sitting,
            ruling=_completed(ruling, command.sitting, context),
            supersedes=_superseded(plan, command, ruling),
        )
        for index, ruling in enumerate(command.rulings)
    ]


def _completed(ruling: Ruling, sitting: Sitting, context: Context) -> Ruling:
    """A postponement without a date goes to the body's next meeting; a condition gets a date."""
    changes: dict[str, object] = {}
    if ruling.outcome is Outcome.POSTPONED and ruling.postponed_to is None:
        changes["postponed_to"] = context.reference.next_meeting(sitting.body, sitting.meeting_on)
    if ruling.condition is not None and ruling.answer_by is None:
        days = timedelta(days=context.reference.parameters.condition_days)
        changes["answer_by"] = sitting.meeting_on + days
    return ruling.model_copy(update=changes) if changes else ruling


def _superseded(plan: Plan, command: c.RecordDecision, ruling: Ruling) -> str | None:
    if not command.is_new_decision:
        return None
    step = next((s for s in steps(plan, ruling.point) if s.body == command.sitting.body), None)
    return step.decision.id if step and step.decision else None


def correction_problems(plan: Plan, command: c.CorrectEntry, context: Context) -> Iterator[Refusal]:
    """A correction says what the minutes always said: same body, same point."""
    old = plan.decision(command.decision)
    if old is None:
        yield Refusal("unknown_decision", decision=command.decision, known=_ids(plan))
        return
    same = (old.sitting.body, old.ruling.point) == (command.sitting.body, command.ruling.point)
    if not same:
        yield Refusal("correction_of_other", body=old.sitting.body, point=old.ruling.point)
    if (old.sitting, old.ruling) == _corrected(old, command, context):
        yield Refusal("nothing_changed", decision=old.id)
    is_of_this_round = old.version > plan.submitted_version
    since = plan.submitted_on if is_of_this_round else plan.drafted_on
    yield from _sitting_problems(command.sitting, since, context)
    without = replace(plan, decisions=tuple(d for d in plan.decisions if d.id != old.id))
    yield from _ruling_problems(without, command.sitting, command.ruling)


def correct(plan: Plan, command: c.CorrectEntry, context: Context) -> list[e.PlanEvent]:
    old = plan.decision(command.decision)
    if old is None:
        raise Refusal("unknown_decision", decision=command.decision, known=_ids(plan))
    sitting, ruling = _corrected(old, command, context)
    return [
        e.EntryCorrected(
            on=sitting.meeting_on,
            decision=command.decision,
            sitting=sitting,
            ruling=ruling,
            reason=command.reason,
        )
    ]


def _corrected(old: Decision, command: c.CorrectEntry, context: Context) -> tuple[Sitting, Ruling]:
    """The entry as corrected; what happened to it later (signed, withdrawn) is no part of it."""
    sitting, ruling = command.sitting, _completed(command.ruling, command.sitting, context)
    if not old.sitting.is_provisional:
        sitting = sitting.model_copy(update={"is_provisional": False})
    was, now = old.ruling.call_in, ruling.call_in
    if was is not None and was.is_withdrawn and now is not None:
        withdrawn = now.model_copy(update={"is_withdrawn": True})
        ruling = ruling.model_copy(update={"call_in": withdrawn})
    return sitting, ruling


def minutes_problems(plan: Plan, command: c.SignMinutes) -> Iterator[Refusal]:
    meeting = (command.body, command.meeting_on)
    meetings = {_meeting(decision) for decision in plan.decisions}
    if meeting not in meetings:
        known = sorted(f"{body} {on.isoformat()}" for body, on in meetings)
        yield Refusal("unknown_meeting", body=command.body, known=known)
    elif not any(d.sitting.is_provisional for d in plan.decisions if _meeting(d) == meeting):
        yield Refusal("minutes_already_signed", body=command.body)


def _meeting(decision: Decision) -> tuple[str, date]:
    return decision.sitting.body, decision.sitting.meeting_on


def call_in_problems(plan: Plan, command: c.WithdrawCallIn) -> Iterator[Refusal]:
    decision = plan.decision(command.decision)
    if decision is None:
        yield Refusal("unknown_decision", decision=command.decision, known=_ids(plan))
    elif decision.ruling.call_in is None or decision.ruling.call_in.is_withdrawn:
        yield Refusal("not_called_in", decision=command.decision)
    else:
        way = steps(plan, decision.ruling.point)
        council = next((s.decision for s in way if s.stage.kind is StageKind.COUNCIL), None)
        if council is not None:
            yield _already(council, decision.ruling.point)


def condition_problems(plan: Plan, command: c.AnswerCondition) -> Iterator[Refusal]:
    decision = plan.decision(command.decision)
    if decision is None:
        yield Refusal("unknown_decision", decision=command.decision, known=_ids(plan))
    elif decision.ruling.condition is None:
        yield Refusal("no_condition", decision=command.decision)
    elif decision.is_answered:
        yield Refusal("condition_already_answered", decision=command.decision)


def _ids(plan: Plan) -> list[str]:
    return [decision.id for decision in plan.decisions]
