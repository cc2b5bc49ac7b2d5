"""Answers: what did a body decide at a meeting, by one row of `facts.csv`?"""

from collections.abc import Callable

from domain.plan.decision import (
    Amendment,
    Basis,
    CallIn,
    MinorityStatement,
    Outcome,
    PartyVote,
    Ruling,
    Sitting,
)
from domain.values import TextRef
from infrastructure.importing.faults import BadCell
from infrastructure.importing.naming import RowName, Texts
from infrastructure.importing.reading import Row

WITHOUT_REASON = frozenset({Outcome.APPROVED, Outcome.DISCUSSED, Outcome.NOTED})
"""Outcomes for which minutes need give no reason."""
DATED = frozenset({Outcome.POSTPONED, Outcome.APPROVED_WITH_CONDITION})


def sitting(row: Row) -> Sitting:
    """Body, meeting and agenda item."""
    values = row.values
    flags = values.get("flags", ())
    basis = next((b for b in (Basis.CHAIR, Basis.MANDATE) if b.value in flags), Basis.MEETING)
    return Sitting(
        body=values["body"],
        meeting_on=values["on"],
        agenda_item=values.get("agenda_item", ""),
        is_closed_item="closed" in flags,
        basis=basis,
        recused=values.get("recused", ()),
        is_provisional="signed" not in flags,
        seat=values.get("seat", ""),
        case_number=values.get("case_number"),
        document_number=values.get("document_number"),
    )


def rulings(
    row: Row,
    points: tuple[str, ...],
    text: Callable[[str], TextRef | None],
    name: RowName,
    texts: Texts,
) -> tuple[Ruling, ...]:
    """The same ruling for each of the points."""
    values = row.values
    outcome = Outcome(values["outcome"][0])
    until = values.get("until")
    _check(row, outcome)
    carried = values.get("amendments", ())
    bodies = texts.refs(name, "amendments", [body for _, body in carried])
    ruling = Ruling(
        point=points[0],
        outcome=outcome,
        votes=tuple(
            PartyVote(party=party, votes_for=yes, votes_against=no, abstained=abstained)
            for party, yes, no, abstained in values.get("votes", ())
        ),
        reason=text("text"),
        minutes_give_no_reason="no_reason" in values.get("flags", ()),
        condition=text("condition"),
        answer_by=until if outcome is Outcome.APPROVED_WITH_CONDITION else None,
        postponed_to=until if outcome is Outcome.POSTPONED else None,
        returned_to=values.get("subject"),
        amendments=tuple(
            Amendment(text=body, is_carried=is_carried)
            for body, (is_carried, _) in zip(bodies, carried, strict=True)
        ),
        minutes_statements=texts.refs(name, "statements", values.get("statements", ())),
        reservations=texts.refs(name, "reservations", values.get("reservations", ())),
        minority=_minority(row),
        call_in=CallIn(party=values["call_in"]) if "call_in" in values else None,
    )
    return tuple(ruling.model_copy(update={"point": point}) for point in points)


def _check(row: Row, outcome: Outcome) -> None:
    values, flags = row.values, row.values.get("flags", ())
    if (outcome is Outcome.SENT_BACK) != ("subject" in values):
        raise BadCell("step_with_sent_back", column="subject")
    if "until" in values and outcome not in DATED:
        raise BadCell("until_not_here", column="until")
    if (outcome is Outcome.APPROVED_WITH_CONDITION) != ("condition" in values):
        raise BadCell("condition_with_outcome", column="condition")
    has_reason = "text" in values or "no_reason" in flags
    if outcome not in WITHOUT_REASON and not has_reason:
        raise BadCell("reason_or_flag", column="text", outcome=outcome.value)
    if "text" in values and "no_reason" in flags:
        raise BadCell("reason_and_flag", column="text")
    if {"chair", "mandate"} <= set(flags):
        raise BadCell("two_bases", column="flags")


def _minority(row: Row) -> MinorityStatement | None:
    if "minority" not in row.values:
        return None
    party, due = row.values["minority"]
    return MinorityStatement(party=party, reasons_due=due)
