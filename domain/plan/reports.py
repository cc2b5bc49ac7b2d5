"""Answers: which reports does a plan owe LBF, and by when?

The account is due no later than six months after each calendar year that the plan touches [P].
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from domain.calendar import add_months
from domain.plan.events import Artefact
from domain.plan.state import Plan
from domain.reference import Parameters

ARTEFACTS = tuple(Artefact)


def last_day(plan: Plan) -> date:
    """The last day that the plan runs, or ran when it was terminated."""
    return plan.ended_on or plan.content.period.end


def owed_years(plan: Plan) -> range:
    """The calendar years that a plan touches from the day that it really started."""
    if plan.started_on is None:
        return range(0)
    return range(plan.started_on.year, last_day(plan).year + 1)


def is_owed(plan: Plan, year: int, artefact: Artefact) -> bool:
    """A milestone plan is for the coming year: none is owed for the last year."""
    if year not in owed_years(plan):
        return False
    return artefact is not Artefact.MILESTONES or year < last_day(plan).year


def is_over(plan: Plan, year: int, artefact: Artefact, day: date) -> bool:
    """Can the artefact be made by a day: is what it tells about over, or the plan itself?"""
    if artefact is Artefact.MILESTONES:
        return day.year >= year
    return day > min(date(year, 12, 31), last_day(plan))


def owed(plan: Plan) -> Iterator[tuple[int, Artefact]]:
    """Every artefact of every year that the plan touches, in order."""
    end = last_day(plan).year
    for year in owed_years(plan):
        for artefact in ARTEFACTS:
            if artefact is not Artefact.MILESTONES or year < end:
                yield year, artefact


def base_due(year: int, parameters: Parameters) -> date:
    """The last day in time, before any extension by LBF."""
    return _months_after(year, parameters.report_months)


@cache
def _months_after(year: int, months: int) -> date:
    return add_months(date(year, 12, 31), months)


def report_due(plan: Plan, year: int, artefact: Artefact, parameters: Parameters) -> date:
    """The last day in time: LBF's extension, else so many months after the year's end.

    A report that LBF sent back is in time until the day that LBF wants its answer.
    """
    report = plan.report(year, artefact)
    due = report.extended_to or base_due(year, parameters)
    if report.returned_on is None:
        return due
    days = timedelta(days=parameters.returned_report_days)
    return max(due, report.answer_by or report.returned_on + days)


def is_delivered(plan: Plan, year: int, artefact: Artefact) -> bool:
    """With LBF and not sent back."""
    return plan.report(year, artefact).submitted_on is not None


def missing_reports(
    plan: Plan, today: date, parameters: Parameters
) -> list[tuple[int, Artefact, date]]:
    """What is past its date and not delivered: LBF withholds payments while one is missing [P]."""
    return [
        (year, artefact, due)
        for year, artefact in owed(plan)
        if (due := report_due(plan, year, artefact, parameters)) < today
        and not is_delivered(plan, year, artefact)
    ]
