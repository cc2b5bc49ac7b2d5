"""The small city of the domain tests: areas, bodies, meetings, and four routes."""

from collections.abc import Iterable
from datetime import date

from domain.reference import (
    Area,
    Authority,
    Body,
    BodyKind,
    InterventionArea,
    Parameters,
    Point,
    PointKind,
    PolicyGoal,
    Reference,
    Route,
    Stage,
    StageKind,
    Station,
)

COMMITTEES = ("tmu", "sud", "biu", "buu")
RECOMMENDS, DECIDES = Authority.RECOMMENDS, Authority.DECIDES


def _body(body: str, kind: BodyKind, paper_days: int = 14, agenda_days: int = 3) -> Body:
    return Body(
        id=body,
        da=body,
        en=body,
        short=body,
        kind=kind,
        paper_days=paper_days,
        agenda_working_days=agenda_days,
    )


BODIES = (
    _body("forum-norrebro", BodyKind.FORUM, paper_days=7),
    *(_body(body, BodyKind.COMMITTEE) for body in COMMITTEES),
    _body("oeu", BodyKind.FINANCE),
    _body("br", BodyKind.COUNCIL, agenda_days=4),
)
MEETINGS = {
    "forum-norrebro": (date(2013, 2, 5), date(2013, 3, 5), date(2013, 5, 7)),
    "tmu": (date(2013, 3, 4), date(2013, 3, 18), date(2013, 4, 29), date(2013, 5, 27)),
    "sud": (date(2013, 3, 6), date(2013, 3, 20), date(2013, 5, 1), date(2013, 5, 29)),
    "biu": (date(2013, 3, 4),),
    "buu": (date(2013, 3, 6),),
    "oeu": (date(2013, 3, 26), date(2013, 5, 14), date(2013, 6, 11)),
    "br": (date(2013, 4, 11), date(2013, 5, 30), date(2013, 6, 20)),
}


def _point(point: str, kind: PointKind) -> Point:
    return Point(id=point, kind=kind, da=point, en=point)


def _stage(stage: StageKind, *stations: Station, chosen: bool = False) -> Stage:
    return Stage(id=stage.value, kind=stage, stations=stations, chosen=chosen)


PACKAGE = (
    _point("content", PointKind.CONTENT),
    _point("lbf", PointKind.LBF),
    _point("money", PointKind.MONEY),
)
ALL = ("content", "lbf", "money", "contract")


def _station(body: str, authority: Authority, points: Iterable[str]) -> Station:
    return Station(body=body, points=dict.fromkeys(points, authority))


ROUTE_2006 = Route(
    id="2006",
    da="2006",
    en="2006",
    valid_from=date(2006, 1, 1),
    valid_to=date(2011, 12, 31),
    points=PACKAGE,
    stages=(
        _stage(StageKind.COMMITTEES, _station("tmu", RECOMMENDS, ALL[:3])),
        _stage(StageKind.FINANCE, _station("oeu", RECOMMENDS, ALL[:3])),
        _stage(StageKind.COUNCIL, _station("br", DECIDES, ALL[:3])),
    ),
)
ROUTE_2007 = Route(
    id="2007",
    da="2007",
    en="2007",
    valid_from=date(2007, 1, 1),
    valid_to=date(2007, 12, 31),
    points=(
        PACKAGE[0],
        *(_point(f"contribution-{body}", PointKind.CONTRIBUTION) for body in COMMITTEES[1:]),
    ),
    stages=(
        _stage(
            StageKind.COMMITTEES,
            _station("tmu", RECOMMENDS, ("content",)),
            *(
                Station(body=body, points={"content": RECOMMENDS, f"contribution-{body}": DECIDES})
                for body in COMMITTEES[1:]
            ),
        ),
        _stage(StageKind.FINANCE, _station("oeu", RECOMMENDS, ("content",))),
        _stage(StageKind.COUNCIL, _station("br", DECIDES, ("content",))),
    ),
)
ROUTE_2012 = Route(
    id="2012",
    da="2012",
    en="2012",
    valid_from=date(2012, 1, 1),
    points=(*PACKAGE, _point("contract", PointKind.CONTRACT)),
    stages=(
        _stage(StageKind.FORUM, _station("forum", RECOMMENDS, ("content", "contract"))),
        _stage(
            StageKind.COMMITTEES,
            *(_station(body, RECOMMENDS, ALL) for body in COMMITTEES),
            chosen=True,
        ),
        _stage(StageKind.FINANCE, _station("oeu", RECOMMENDS, ALL)),
        _stage(StageKind.COUNCIL, _station("br", DECIDES, ALL)),
    ),
)
ROUTE_SHORT = Route(
    id="short",
    da="short",
    en="short",
    valid_from=date(2000, 1, 1),
    valid_to=date(2000, 12, 31),
    points=PACKAGE,
    stages=(
        _stage(StageKind.COMMITTEES, _station("tmu", DECIDES, ALL[:3])),
        _stage(StageKind.COUNCIL, _station("br", DECIDES, ("money",))),
    ),
)
"""Invented: the committee alone decides the content."""

REFERENCE = Reference(
    areas=(
        Area(id="norrebro", da="Nørrebro", en="Nørrebro", forum="forum-norrebro"),
        Area(id="no-forum", da="uden forum", en="without forum"),
        Area(id="outside", da="udenfor", en="outside", vulnerable=False),
    ),
    bodies=BODIES,
    goals=(PolicyGoal(id="goal-1", da="mål", en="goal", verified=False),),
    intervention_areas=(
        InterventionArea(id="children", da="børn", en="c", regime="2011", may_have_contract=True),
        InterventionArea(
            id="network", da="netværk", en="n", regime="2011", may_have_contract=False
        ),
    ),
    routes=(ROUTE_2006, ROUTE_2007, ROUTE_2012, ROUTE_SHORT),
    meetings=MEETINGS,
    parameters=Parameters(),
    versions={"routes": 1},
)
