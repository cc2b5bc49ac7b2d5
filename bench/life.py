"""One plan's whole life as events, with its reminders: what a log consists of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bench import city
from domain.calendar import at, local_day
from domain.notices import Ledger, LedgerEvent, MailOutcome, MailRecorded, NoticesFellDue, evolve
from domain.plan import commands as c
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.plan.events import Artefact, PlanEvent
from domain.plan.evolve import evolve as evolve_plan
from domain.plan.reports import owed
from domain.plan.state import Plan
from domain.reference import Reference
from infrastructure.clock import new_id
from infrastructure.read_models import recipients
from infrastructure.recording import next_moment, reminders

NOON = time(12, 0)
LATE = timedelta(days=20)
"""Reports come so long after they were owed first, which lets a few reminders fall due."""


@dataclass
class Life:
    """What was recorded, in order."""

    reference: Reference
    plan: Plan | None = None
    ledger: Ledger = field(default_factory=Ledger)
    plan_events: list[PlanEvent] = field(default_factory=list)
    ledger_events: list[LedgerEvent] = field(default_factory=list)

    def act(self, body: c.PlanCommand, now: datetime) -> None:
        envelope = c.Envelope(command_id=new_id(), body=body)
        context = Context(local_day(now), self.reference)
        for event in decide(self.plan, envelope, context):
            self.plan = evolve_plan(self.plan, event)
            self.plan_events.append(event)
        assert self.plan is not None
        learned = reminders(self.plan, self.ledger, self.reference, now)
        self._learn(learned.events)
        for each in learned.events:
            if isinstance(each, NoticesFellDue):
                self._learn(self._mailed(each))

    def _learn(self, events: tuple[LedgerEvent, ...]) -> None:
        for event in events:
            self.ledger = evolve(self.ledger, event)
            self.ledger_events.append(event)

    def _mailed(self, due: NoticesFellDue) -> tuple[LedgerEvent, ...]:
        assert self.plan is not None
        return tuple(
            MailRecorded(
                on=due.on,
                mail=str(new_id()),
                party=party,
                outcome=MailOutcome.SENT,
                notices=(notice,),
            )
            for notice in due.notices
            for party in recipients(self.plan, self.ledger.entries[notice].notice)
        )


def acts(reference: Reference) -> Iterator[tuple[date, c.PlanCommand]]:
    """From the draft to the commitment."""
    for body in (city.DRAFT, city.SUBMIT):
        assert body.on is not None
        yield body.on, body
    day = city.TODAY
    for decision in city.decisions(reference):
        yield decision.sitting.meeting_on, decision
        day = decision.sitting.meeting_on
    sent = day + timedelta(days=7)
    yield sent, c.SendToLbf(document_number="2014-1")
    yield (
        sent + timedelta(days=60),
        c.RecordLbfCommitment(amount_oere=9 * city.MILLION_KR, document_number="2014-2"),
    )


def live(reference: Reference) -> Life:
    """Four years, every report late enough to be reminded of, until nothing is awaited."""
    life = Life(reference)
    now = at(city.TODAY, NOON)
    for day, body in acts(reference):
        now = at(day, NOON)
        life.act(body, now)
    while life.plan is not None:
        following = next_moment(life.plan, life.ledger, reference, now)
        if following is None:
            break
        now = max(following, now + timedelta(minutes=1))
        life.act(c.PassTime(), now)
        for year, artefact in _ready(life.plan, local_day(now)):
            life.act(c.SubmitReport(year=year, artefact=artefact), now)
    return life


def _ready(plan: Plan, today: date) -> list[tuple[int, Artefact]]:
    """What the organisation has finished by now."""
    return [
        (year, artefact)
        for year, artefact in owed(plan)
        if plan.report(year, artefact).submitted_on is None and today > date(year + 1, 6, 30) - LATE
    ]
