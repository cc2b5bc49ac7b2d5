"""Answers: which areas, bodies, routes, calendars and parameters does the municipality work by?

All of it is data that the municipality changes, in versions (`reference/<kind>` streams). What no
source confirms says `verified=False` and where it comes from.
"""

import json
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, JsonValue, ValidationError

from domain.refusals import Refusal
from domain.values import BasisPoints, Label, Slug, Value


class Sourced(Value):
    """Something named in Danish and English, with where it was read."""

    id: Slug
    da: Label
    en: Label
    source: str = ""
    verified: bool = True


class BodyKind(StrEnum):
    FORUM = "forum"
    COMMITTEE = "committee"
    FINANCE = "finance"
    COUNCIL = "council"


class Administration(Sourced):
    """A forvaltning, such as `tmf`, and the committee that it serves, such as `tmu`."""

    committee: Slug | None = None


class Area(Sourced):
    """An area of the city; the vulnerable ones have a forum and a share in the pool."""

    forum: Slug | None = None
    vulnerable: bool = True


class Body(Sourced):
    """A forum, committee or council: what reviews, recommends or decides at meetings."""

    kind: BodyKind
    short: Label
    administration: Slug | None = None
    paper_days: int = Field(default=14, ge=0, le=120)
    """The paper is due at the body's secretariat this many calendar days before a meeting [I]."""
    agenda_working_days: int = Field(default=3, ge=0, le=30)
    """The agenda goes out this many working days before a meeting (BR 4, committees 3 [P])."""


class PolicyGoal(Sourced):
    """One of the three goals of the policy for vulnerable urban areas (wording unverified)."""


class InterventionArea(Sourced):
    """An indsatsområde of one of LBF's regimes."""

    regime: Slug
    may_have_contract: bool
    """False where there is no clear interface to the municipality's core work [F14]."""


class PointKind(StrEnum):
    CONTENT = "content"
    LBF = "lbf"
    MONEY = "money"
    CONTRACT = "contract"
    CONTRIBUTION = "contribution"


class Point(Value):
    """An "at"-point of the package. A contract point is given once and expands per contract."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9/-]{0,63}$")
    kind: PointKind
    da: Label
    en: Label


class Authority(StrEnum):
    RECOMMENDS = "recommends"
    DECIDES = "decides"


class Station(Value):
    """One body on one stage, with what it does to each point. Body `forum` is the area's own."""

    body: Slug
    points: dict[str, Authority]


class StageKind(StrEnum):
    FORUM = "forum"
    COMMITTEES = "committees"
    FINANCE = "finance"
    COUNCIL = "council"


class Stage(Value):
    """One step of the route; its bodies work in parallel."""

    id: Slug
    kind: StageKind
    stations: tuple[Station, ...] = Field(min_length=1)
    chosen: bool = False
    """True where the relevant bodies are chosen for each plan, with a reason [F12 F14]."""


class Route(Sourced):
    """A political route: its points and its stages in order."""

    valid_from: date
    valid_to: date | None = None
    points: tuple[Point, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = Field(min_length=1)


class Role(StrEnum):
    ORGANISATION = "organisation"
    ADMINISTRATOR = "administrator"
    CASE_OFFICER = "case_officer"
    HEAD_OF_OFFICE = "head_of_office"
    SECRETARY = "secretary"
    """The secretary of the body that the deadline is about."""


class Rung(Value):
    """One step of a ladder: so many days before (negative) or after the deadline, to whom."""

    days: int = Field(default=0, ge=-1100, le=1100)
    months: int = Field(default=0, ge=-60, le=60)
    working_days: bool = False
    to: tuple[Role, ...] = Field(min_length=1)


class Ladder(Value):
    """When reminders of one kind of deadline go out. `urgent` ones go alone, not in a digest."""

    kind: str
    rungs: tuple[Rung, ...]
    urgent: bool = False


class Parameters(Value):
    """Numbers of the municipality and of LBF; `[G]` and `[I]` ones await confirmation."""

    municipal_ceiling: BasisPoints = 1250
    lbf_ceiling: BasisPoints = 7500
    usual_years: int = 4
    report_months: int = 6
    """Months after the calendar year's end. Sourced for the account only [P]; others [I]."""
    final_account_months: int = 6
    """[G]"""
    send_to_lbf_days: int = 14
    """Days from BR's approval until the plan should be at LBF [I]."""
    lbf_answer_days: int = 90
    """[G]"""
    draft_idle_days: int = 60
    """[I]"""
    condition_days: int = 28
    """[I]"""
    returned_report_days: int = 28
    """[I]"""
    summer_pause: bool = False
    """No mail in weeks 28-30."""
    release_word_da: Label = "frigivelse"
    """`udmøntning` if the pool turns out to be operating money."""


class Reference(Value):
    """All reference data that was in force at one moment, with the versions used."""

    administrations: tuple[Administration, ...] = ()
    areas: tuple[Area, ...] = ()
    bodies: tuple[Body, ...] = ()
    goals: tuple[PolicyGoal, ...] = ()
    intervention_areas: tuple[InterventionArea, ...] = ()
    routes: tuple[Route, ...] = ()
    meetings: dict[Slug, tuple[date, ...]] = Field(default_factory=dict)
    """Meeting days by body, ascending: a calendar that is entered or imported, never computed."""
    ladders: tuple[Ladder, ...] = ()
    parameters: Parameters = Parameters()
    versions: dict[str, int] = Field(default_factory=dict)

    @cached_property
    def body_by_id(self) -> dict[str, Body]:
        return {body.id: body for body in self.bodies}

    @cached_property
    def area_by_id(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}

    @cached_property
    def intervention_by_id(self) -> dict[str, InterventionArea]:
        return {each.id: each for each in self.intervention_areas}

    @cached_property
    def ladder_by_kind(self) -> dict[str, Ladder]:
        return {ladder.kind: ladder for ladder in self.ladders}

    def route(self, route_id: str) -> Route | None:
        return next((route for route in self.routes if route.id == route_id), None)

    def route_on(self, day: date) -> Route | None:
        """The newest route that a plan may be filed under on a day."""
        fitting = [
            route
            for route in self.routes
            if route.valid_from <= day and (route.valid_to is None or day <= route.valid_to)
        ]
        return max(fitting, key=lambda route: route.valid_from, default=None)

    def next_meeting(self, body: str, after: date) -> date | None:
        """The body's first meeting later than a day."""
        return next((day for day in self.meetings.get(body, ()) if day > after), None)

    def last_meeting(self, body: str, until: date) -> date | None:
        """The body's last meeting on or before a day."""
        return next((day for day in reversed(self.meetings.get(body, ())) if day <= until), None)

    def for_bodies(self, bodies: Iterable[str]) -> Self:
        """What deciding about one plan needs: no ladders, and only these bodies' meetings."""
        kept = {body: self.meetings[body] for body in bodies if body in self.meetings}
        return self.but(meetings=kept, ladders=())

    def but(self, **changes: object) -> Self:
        """A bundle with other content. Not `model_copy`: that would keep the cached look-ups."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(fields | changes)


KINDS = (
    "administrations",
    "areas",
    "bodies",
    "goals",
    "intervention_areas",
    "routes",
    "meetings",
    "ladders",
    "parameters",
)
"""The reference streams: `reference/<kind>`, each holding the field of the same name."""


class ReferencePublished(Value):
    """A kind of reference data has new content from a day on: the event of `reference/<kind>`."""

    type: Literal["reference_published"] = "reference_published"
    v: Literal[1] = 1
    on: date
    kind: str
    content: JsonValue


def publish(
    reference: Reference, kind: str, content: JsonValue, today: date
) -> list[ReferencePublished]:
    """The event that new content brings; none when nothing differs.

    Raises `Refusal` for a kind that does not exist or content that is not of its shape.
    """
    if kind not in KINDS:
        raise Refusal("unknown_reference_kind", kind=kind, known=list(KINDS))
    event = ReferencePublished(on=today, kind=kind, content=content)
    try:
        changed = with_published(reference, event)
    except ValidationError as error:
        raise Refusal("bad_reference", kind=kind, faults=_faults(error)) from error
    return [] if getattr(changed, kind) == getattr(reference, kind) else [event]


def _faults(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()][:10]


def with_published(reference: Reference, event: ReferencePublished) -> Reference:
    """The bundle after one more version of a kind."""
    validated = Reference.model_validate_json(json.dumps({event.kind: event.content}))
    versions = reference.versions | {event.kind: reference.versions.get(event.kind, 0) + 1}
    content = getattr(validated, event.kind)
    return reference.but(**{event.kind: content, "versions": versions})
