"""Answers: which figures does the sheet of a day give, and which plans stand behind each?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.plan.state import ON_ROUTE, Phase
from domain.reference import Reference
from infrastructure.factsheet.texts import SheetTexts
from infrastructure.other_plans import ListedOther
from infrastructure.portfolio import Listed, Portfolio
from infrastructure.registers import OTHER_PLANS
from infrastructure.wording.say import joined, money

UNDECIDED = ON_ROUTE | {Phase.DRAFT}
MILLION_KR = 100_000_000
"""In øre."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the sheet: what it counts, and the plans that it counts."""

    name: str
    value: int
    shown: str
    says: str
    plans: tuple[str, ...] = ()
    """Ids; of plans of other kinds their streams, `other_plan/<id>`."""
    source: str | None = None
    """Where it comes from when it counts no plans."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that the sheet says in numbers, and what its sentences depend on."""

    figures: dict[str, Figure]
    facts: dict[str, str]
    plans: tuple[Listed, ...]
    others: tuple[ListedOther, ...]
    is_expected: dict[str, bool]
    """By tense: is what the sentence says still to come?"""


def counted(
    found: Portfolio,
    others: Iterable[ListedOther],
    reference: Reference,
    texts: SheetTexts,
    day_name: str,
    known_name: str,
) -> Counted:
    """Figures of the plans approved by BR whose period holds the day.

    Of a day ahead also those that are on their way and whose period holds it.
    """
    decided = list(found.running().plans)
    expected = _on_their_way(found)
    plans = sorted([*decided, *expected], key=lambda plan: plan.plan)
    pool = [plan for plan in plans if plan.funding == "pool"]
    earlier = [plan for plan in plans if plan.funding != "pool"]
    last = max((plan.end for plan in earlier), default=None)
    running_others = tuple(other for other in others if other.runs)
    figures = [
        _of_plans("running", "boligsociale helhedsplaner i kraft", plans),
        _of_plans("decided", "heraf godkendt af Borgerrepræsentationen", decided),
        _of_plans("expected", "heraf på vej og endnu ikke godkendt", expected),
        _of_plans("pool", "helhedsplaner med del i medfinansieringspuljen", pool),
        _of_plans("earlier", "helhedsplaner på tidligere bevillinger, med øvrige midler", earlier),
        *_areas(plans, pool, reference),
        *_constants(reference, texts, pool),
        _others(running_others),
    ]
    if last is not None:
        ends = [plan for plan in earlier if plan.end.year == last.year]
        says = "året, hvor de sidste helhedsplaner på tidligere bevillinger udløber"
        ids = tuple(plan.plan for plan in ends)
        figures.append(Figure("last_expiry", last.year, str(last.year), says, ids))
    facts = {
        "day": day_name,
        "known_at": known_name,
        "running_noun": _noun(len(plans)),
        "approval_years": _years(pool, found.as_of),
        "contract_area_names": _contract_areas(reference, texts),
    }
    tenses = {
        "day": found.forecast,
        "approval": any(plan.council_approved_on is None for plan in pool),
        "expiry": last is not None and last >= found.known_at,
    }
    by_name = {figure.name: figure for figure in figures}
    return Counted(by_name, facts, tuple(plans), running_others, tenses)


def _on_their_way(found: Portfolio) -> list[Listed]:
    if not found.forecast:
        return []
    return [
        plan
        for plan in found.plans
        if plan.state in UNDECIDED
        and plan.council_approved_on is None
        and plan.start <= found.as_of <= plan.end
    ]


def _of_plans(name: str, says: str, plans: list[Listed]) -> Figure:
    ids = tuple(sorted(plan.plan for plan in plans))
    return Figure(name, len(ids), str(len(ids)), says, ids)


def _areas(plans: list[Listed], pool: list[Listed], reference: Reference) -> list[Figure]:
    areas = {area.id for area in reference.areas if area.vulnerable}
    inside = tuple(plan.plan for plan in plans if plan.area in areas)
    return [
        _of_plans(
            "in_areas",
            "helhedsplaner i de udsatte byområder med medfinansiering fra puljen",
            [plan for plan in pool if plan.area in areas],
        ),
        Figure("areas", len(areas), str(len(areas)), "udsatte byområder med forum", inside),
    ]


def _constants(reference: Reference, texts: SheetTexts, pool: list[Listed]) -> list[Figure]:
    """Figures of reference data and texts, each with where it comes from."""
    versions, parameters = reference.versions, reference.parameters
    percent = _percent(parameters.municipal_ceiling)
    ceiling = parameters.municipal_ceiling
    of_regime = [area for area in reference.intervention_areas if area.regime == texts.regime]
    with_contract = sum(area.may_have_contract for area in of_regime)
    without = len(of_regime) - with_contract

    def version(kind: str) -> str:
        published = versions.get(kind)
        return f"reference/{kind}, version {published}" if published else "programmets standard"

    years, goals = parameters.usual_years, len(reference.goals)
    areas = version("intervention_areas")
    named = [
        Figure(name, each.value, str(each.value), each.says, (), each.source)
        for name, each in texts.constants.items()
    ]
    return [
        _pool_amount(texts, pool),
        Figure(
            "municipal_ceiling",
            ceiling,
            percent,
            "kommunens højeste andel (i basispoint)",
            (),
            version("parameters"),
        ),
        Figure("usual_years", years, str(years), "sædvanlige år", (), version("parameters")),
        Figure("goals", goals, _word(goals), "overordnede mål", (), version("goals")),
        Figure(
            "contract_areas",
            with_contract,
            _word(with_contract),
            "indsatsområder med kontrakt",
            (),
            areas,
        ),
        Figure("other_areas", without, _word(without), "indsatsområder uden kontrakt", (), areas),
        *named,
    ]


def _pool_amount(texts: SheetTexts, pool: list[Listed]) -> Figure:
    amount = texts.pool.amount_kr * 100
    shown = f"{amount // MILLION_KR} mio. kr." if amount % MILLION_KR == 0 else money("da", amount)
    says = "medfinansieringspuljen (i øre); planerne er dem, der har del i den"
    ids = tuple(plan.plan for plan in pool)
    return Figure("pool_amount", amount, shown, says, ids, texts.pool.source)


def _percent(basis_points: int) -> str:
    """`12,5 %`."""
    whole, rest = divmod(basis_points, 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


def _others(running: tuple[ListedOther, ...]) -> Figure:
    ids = tuple(sorted(OTHER_PLANS.stream(other.id) for other in running))
    return Figure("other_plans", len(ids), str(len(ids)), "øvrige planer i kraft", ids)


_WORDS = ("nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _noun(number: int) -> str:
    return "boligsocial helhedsplan" if number == 1 else "boligsociale helhedsplaner"


def _years(pool: list[Listed], day: date) -> str:
    """The years of approval; what is not approved yet must be before the day."""
    before = day - timedelta(days=1)
    years = sorted({(plan.council_approved_on or before).year for plan in pool})
    return joined("da", [str(year) for year in years])


def _contract_areas(reference: Reference, texts: SheetTexts) -> str:
    names = [
        f"’{area.da}’"
        for area in reference.intervention_areas
        if area.regime == texts.regime and area.may_have_contract
    ]
    return joined("da", names)
