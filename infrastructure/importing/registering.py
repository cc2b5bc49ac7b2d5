"""Answers: which plans of other kinds does a file add to the register?

The same row again adds nothing. A row that differs from what was imported is a fault.
"""

from typing import Any
from uuid import uuid5

from domain.calendar import local_day
from domain.other_plan import OtherPlanContent, OtherPlanRegistered, RegisterOtherPlan
from domain.plan.context import Context
from domain.reference import Reference
from domain.refusals import Refusal
from infrastructure.codec import decode
from infrastructure.command_service import Order, group_of
from infrastructure.event_store.reader import Reader
from infrastructure.event_store.records import Group
from infrastructure.importing.faults import Faults
from infrastructure.importing.naming import NAMESPACE
from infrastructure.importing.reading import Files, Row
from infrastructure.importing.writing import Moment
from infrastructure.registers import OTHER_PLANS

COLUMNS = tuple(OtherPlanContent.model_fields)


async def registrations(
    files: Files, reference: Reference, reader: Reader, moment: Moment, faults: Faults
) -> list[Group]:
    """One group for each plan that is new; what is wrong goes to `faults`."""
    found: list[Group] = []
    lines: dict[str, int] = {}
    for row in files.rows("other_plans"):
        name = row.values["other_plan"]
        line = lines.setdefault(name, row.place.line)
        if line != row.place.line:
            faults.add(row.place, "other_plan", "other_plan_twice", other_plan=name, line=line)
            continue
        command = _command(row, faults)
        if command is None:
            continue
        recorded = await reader.stream(OTHER_PLANS.stream(name))
        if recorded:
            first = decode(OTHER_PLANS.events, recorded[0])
            is_imported = recorded[0].command_id == _command_id(name)
            _compare(row, command, first if is_imported else None, faults)
        elif (group := _group(row, command, reference, moment, faults)) is not None:
            found.append(group)
    return found


def _command(row: Row, faults: Faults) -> RegisterOtherPlan | None:
    values = row.values
    known_on = values.get("known_on", values["on"])
    if known_on < values["on"]:
        faults.add(row.place, "known_on", "known_before_it_was", known_on=known_on, on=values["on"])
        return None
    if values.get("end", values["start"]) < values["start"]:
        facts = {"last_day": values["end"], "start": values["start"]}
        faults.add(row.place, "end", "ends_before_start", **facts)
        return None
    content = {column: values[column] for column in COLUMNS if column in values}
    return RegisterOtherPlan(on=values["on"], content=OtherPlanContent.model_validate(content))


def _command_id(name: str) -> Any:
    return uuid5(NAMESPACE, f"row/other_plans/{name}")


def _group(
    row: Row, command: RegisterOtherPlan, reference: Reference, moment: Moment, faults: Faults
) -> Group | None:
    today = local_day(moment.now)
    known_on = row.values.get("known_on", row.values["on"])
    if known_on > today:
        faults.add(row.place, "known_on", "in_future", day=known_on, today=today)
        return None
    try:
        events = OTHER_PLANS.decide(None, command, Context(today, reference))
    except Refusal as refusal:
        column = "area" if refusal.code == "unknown_area" else "on"
        faults.add(row.place, column, refusal.code, **refusal.facts)
        return None
    name = row.values["other_plan"]
    state = OTHER_PLANS.after(None, events)
    assert state is not None
    return group_of(
        Order(_command_id(name), moment.actor, command),
        OTHER_PLANS.stream(name),
        0,
        events,
        OTHER_PLANS.row(state),
        recorded_at=moment.recorded_at,
        recorded_on=known_on,
        witnessed=False,
    )


def _compare(row: Row, command: RegisterOtherPlan, first: Any, faults: Faults) -> None:
    """What was imported before must be said again."""
    name = row.values["other_plan"]
    if not isinstance(first, OtherPlanRegistered):
        faults.add(row.place, "other_plan", "other_plan_in_system", other_plan=name)
        return
    was = first.content.model_dump() | {"on": first.on}
    now = command.content.model_dump() | {"on": command.on}
    for column, value in now.items():
        if value != was[column]:
            facts = {"was": was[column] or "–", "now": value or "–"}
            faults.add(row.place, column, "other_plan_changed", other_plan=name, **facts)
