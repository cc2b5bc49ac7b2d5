"""Answers: which day is it in Copenhagen, is it a working day, and where does a date land?"""

import calendar as months
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOTICE_TIME = time(9, 0)
"""Reminders go out and deadlines are looked at, local time."""
DECISION_TIME = time(15, 0)
"""Rehearsed decisions are taken, local time; apart from 9:00 so that runs repeat exactly."""

_OFFICE_CLOSED = {(6, 5): "grundlovsdag", (12, 24): "juleaftensdag", (12, 31): "nytårsaftensdag"}
_SUMMER_WEEKS = range(28, 31)


def local_day(instant: datetime) -> date:
    """The date in Copenhagen at an instant (which must carry a time zone)."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no day")
    return instant.astimezone(COPENHAGEN).date()


def at(day: date, clock: time) -> datetime:
    """The instant of a local time of day, in UTC.

    A time that the clock skips in spring is moved on by the hour that is missing.
    """
    local = datetime.combine(day, clock, COPENHAGEN)
    return local.astimezone(UTC)


@cache
def _holidays_of(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("DK", years=year, language="da"))


def closed_because(day: date) -> str | None:
    """Why nothing is sent or counted on a day, in Danish; None on a working day."""
    if (day.month, day.day) in _OFFICE_CLOSED:
        return _OFFICE_CLOSED[day.month, day.day]
    name = _holidays_of(day.year).get(day)
    if name is not None:
        return name.lower()
    return {5: "lørdag", 6: "søndag"}.get(day.weekday())


def is_working_day(day: date) -> bool:
    return closed_because(day) is None


def is_summer_pause(day: date) -> bool:
    """Weeks 28-30, where the municipality may choose to let mail rest."""
    return day.isocalendar().week in _SUMMER_WEEKS


def working_day_before(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_day_after(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """So many working days later (or earlier, when negative)."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def add_months(day: date, count: int) -> date:
    """The same day so many months on; a day that the month lacks becomes the month's last."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, count: int) -> date:
    """The same day so many years on, always reckoned from the first: 29 Feb never drifts."""
    return add_months(day, 12 * count)


def month_end(day: date) -> date:
    return day.replace(day=months.monthrange(day.year, day.month)[1])


def default_end(start: date, years: int) -> date:
    """The last day of a period of whole years that begins on `start`."""
    return add_years(start, years) - timedelta(days=1)
