"""No sequence of commands takes the plan where a plain model of it does not go."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from domain.plan import commands as c
from domain.plan.asof import as_of
from domain.plan.context import Context
from domain.plan.decide import decide
from domain.plan.decision import Outcome
from domain.plan.events import Artefact, PlanEvent
from domain.plan.evolve import evolve, fold
from domain.plan.life import next_by_clock
from domain.plan.package import package
from domain.plan.progress import open_steps, phase
from domain.plan.state import Plan
from domain.refusals import Refusal
from tests.domain.build import (
    CONTENT,
    DRAFT,
    MILLION_KR,
    REASON,
    decided,
    paper,
)
from tests.domain.city import REFERENCE
from tests.domain.plain_plan import BODIES, OVER, POINTS, PlainPlan

CITY = REFERENCE.model_copy(update={"meetings": {}})
"""Every day is a meeting day."""
COMMAND: TypeAdapter[c.PlanCommand] = TypeAdapter(c.PlanCommand)
EVENT: TypeAdapter[PlanEvent] = TypeAdapter(PlanEvent)
PLAN = TypeAdapter(Plan)
LIKELY = st.one_of(st.just(Outcome.APPROVED), st.sampled_from(Outcome))
ARTEFACTS = st.sampled_from(Artefact)


def _fits(*phases: str) -> Callable[["PlanAgainstPlainModel"], bool]:
    """Mostly what fits the phase, so that lives get far; now and then anything at all."""
    return lambda machine: machine.model.phase() in phases or machine.commands % 5 == 0


def _is_rare(machine: "PlanAgainstPlainModel") -> bool:
    return machine.commands % 11 == 0


ON_ROUTE = _fits("forum", "committees", "finance", "council")
AT_LBF = _fits("approved", "at_lbf")
HAS_RUN = _fits("running", "expired", "terminated", "closed")
PAST_ITS_END = _fits("expired", "terminated")


class PlanAgainstPlainModel(RuleBasedStateMachine):
    """The same commands to the plan and to the model: both take them or neither does."""

    def __init__(self) -> None:
        super().__init__()
        assert DRAFT.on is not None
        self.model = PlainPlan(DRAFT.on, CONTENT.period.start, CONTENT.period.end)
        self.log: list[tuple[PlanEvent, UUID]] = []
        self.commands = 0
        self.plan: Plan | None = None
        self._ask(c.Draft(content=CONTENT), may=True)

    @property
    def today(self) -> date:
        return self.model.today

    def _ask(self, command: c.PlanCommand, *, may: bool) -> bool:
        """Put a command to the plan; it must answer as the model does."""
        assert COMMAND.validate_json(COMMAND.dump_json(command)) == command
        self.commands += 1
        envelope = c.Envelope(
            command_id=UUID(int=self.commands),
            body=command,
            expected_version=self.plan.version if self.plan else 0,
        )
        context = Context(self.today, CITY)
        try:
            events = decide(self.plan, envelope, context)
        except Refusal:
            if may:
                raise
            return False
        assert may, f"{command.type} was taken"
        for event in events:
            assert EVENT.validate_json(EVENT.dump_json(event)) == event
            self.log.append((event, envelope.command_id))
            self.plan = evolve(self.plan, event, envelope.command_id)
        if events:
            assert decide(self.plan, envelope, context) == []
        return True

    # From the draft to the council.

    @initialize(steps=st.sampled_from([9, 0, 2, 4, 6, 8, 9, 10, 10]))
    def begin_in_the_middle(self, steps: int) -> None:
        """As many of the usual steps as the example wants."""
        usual = [self.submit]
        usual += [lambda b=body: self._all_points(b) for body in BODIES]
        usual += [
            self.send,
            lambda: self.commit(0),
            self.wait_until_the_start,
            self.wait_until_the_end,
        ]
        for step in usual[:steps]:
            step()

    def _all_points(self, body: str) -> None:
        for point in POINTS:
            if self.model.may_decide(body, point, anew=False):
                self.decide(body, point, Outcome.APPROVED, False, 0)

    def wait_until_the_start(self) -> None:
        self.wait((self.model.start - self.today).days)

    def wait_until_the_end(self) -> None:
        self.wait((self.model.end - self.today).days + 1)

    @precondition(_fits("draft"))
    @rule()
    def submit(self) -> None:
        may = self.model.phase() == "draft" and self.model.start > self.today
        command = c.Submit(committees=("tmu", "sud"), committees_reason=REASON)
        if self._ask(command, may=may):
            self.model.is_filed, self.model.is_draft = True, False

    @precondition(ON_ROUTE)
    @rule(
        body=st.sampled_from(BODIES),
        point=st.sampled_from(POINTS),
        outcome=LIKELY,
        anew=st.booleans(),
        back=st.integers(0, 3),
    )
    def decide(self, body: str, point: str, outcome: Outcome, anew: bool, back: int) -> None:
        earlier = self.model.earlier_steps(body, point)
        returned_to = earlier[back % len(earlier)] if outcome is Outcome.SENT_BACK else None
        condition = REASON if outcome is Outcome.APPROVED_WITH_CONDITION else None
        command = decided(
            body, self.today, outcome, (point,), returned_to=returned_to, condition=condition
        ).model_copy(update={"is_new_decision": anew})
        if self._ask(command, may=self.model.may_decide(body, point, anew=anew)):
            self.model.decide(body, point, outcome.value, returned_to)
            self.model.tick()

    @precondition(ON_ROUTE)
    @rule(point=st.sampled_from(POINTS), outcome=LIKELY, back=st.integers(0, 3))
    def decide_in_turn(self, point: str, outcome: Outcome, back: int) -> None:
        """Whoever's turn it is, so that examples get far."""
        waiting = self.model.waits_for(point)
        if waiting:
            self.decide(waiting[0], point, outcome, False, back)

    @precondition(ON_ROUTE)
    @rule(point=st.sampled_from(POINTS), body=st.sampled_from(BODIES))
    def file_paper(self, point: str, body: str) -> None:
        phase_now = self.model.phase()
        may = phase_now != "draft" and phase_now not in OVER and not self.model.is_through(point)
        if self._ask(paper((body, self.today + timedelta(days=7)), points=(point,)), may=may):
            self.model.papers[point].add(body)
            self.model.has_paper.add(point)

    @precondition(ON_ROUTE)
    @rule(point=st.sampled_from(POINTS[1:]), is_waived=st.booleans())
    def settle_otherwise(self, point: str, is_waived: bool) -> None:
        may = self.model.is_filed and not self.model.is_through(point)
        command: c.PlanCommand = c.FindInForce(point=point, document_number="2010-1")
        if is_waived:
            command = c.WaivePoint(point=point, reason=REASON)
        if self._ask(command, may=may):
            (self.model.waived if is_waived else self.model.in_force).add(point)

    # LBF.

    @precondition(AT_LBF)
    @rule()
    def send(self) -> None:
        m = self.model
        if self._ask(
            c.SendToLbf(document_number="2013-1"),
            may=m.ending is None and m.is_through("content") and not m.sent,
        ):
            m.sent = True

    @precondition(AT_LBF)
    @rule(less=st.integers(0, 3))
    def commit(self, less: int) -> None:
        amount = (9 - less) * MILLION_KR
        command = c.RecordLbfCommitment(amount_oere=amount, document_number="2013-2")
        if self._ask(command, may=self.model.may_answer()):
            self.model.committed = True
            self.model.tick()

    @precondition(_is_rare)
    @rule()
    def refuse(self) -> None:
        if self._ask(c.RecordLbfRefusal(document_number="2013-3"), may=self.model.may_answer()):
            self.model.end_as("refused_by_lbf")

    @precondition(_is_rare)
    @rule(is_withdrawn=st.booleans())
    def give_up(self, is_withdrawn: bool) -> None:
        may = self.model.phase() not in (*OVER, "running", "expired", "terminated")
        command: c.PlanCommand = c.Lapse(reason=REASON)
        if is_withdrawn:
            command = c.Withdraw(reason=REASON)
        if self._ask(command, may=may):
            self.model.end_as("withdrawn" if is_withdrawn else "lapsed")

    # Running.

    @rule(days=st.sampled_from([1, 7, 30]))
    def wait_a_while(self, days: int) -> None:
        self.wait(days)

    @precondition(_fits("running"))
    @rule(days=st.sampled_from([200, 500]))
    def wait_long(self, days: int) -> None:
        self.wait(days)

    def wait(self, days: int) -> None:
        for _ in range(days):
            self.model.today += timedelta(days=1)
            if self.model.phase() == "committed":
                self.model.tick()
        self.model.tick()
        self._ask(c.PassTime(), may=True)

    @rule(moves_end=st.booleans())
    def suspend(self, moves_end: bool) -> None:
        m = self.model
        may = m.phase() not in (*OVER, "expired", "terminated") and m.paused is None
        if moves_end:
            may = may and m.phase() == "running"
        if self._ask(c.Suspend(reason=REASON, moves_end=moves_end), may=may):
            m.paused, m.pause_moves_end = self.today, moves_end

    @precondition(lambda self: self.model.paused is not None or _is_rare(self))
    @rule()
    def resume(self) -> None:
        if self._ask(c.Resume(), may=self.model.paused is not None):
            self.model.resume()
            self.model.tick()

    @precondition(lambda self: self.commands % 5 == 0)
    @rule(days=st.sampled_from([0, 1, 180, 700]))
    def extend(self, days: int) -> None:
        m = self.model
        end = m.end + timedelta(days=days)
        may = m.phase() in ("committed", "running", "expired") and days > 0 and not m.final_accepted
        if self._ask(c.Extend(end=end, reason=REASON), may=may):
            m.end, m.expired, m.final = end, False, False
            m.tick()

    @precondition(_is_rare)
    @rule()
    def terminate(self) -> None:
        if self._ask(c.Terminate(reason=REASON), may=self.model.phase() == "running"):
            self.model.end_as("terminated")
            self.model.tick()

    @precondition(HAS_RUN)
    @rule(years=st.integers(-1, 4), artefact=ARTEFACTS)
    def submit_report(self, years: int, artefact: Artefact) -> None:
        key = (2013 + years, artefact.value)
        command = c.SubmitReport(year=key[0], artefact=artefact)
        if self._ask(command, may=self.model.may_submit(*key)):
            self.model.deliver(key)

    @precondition(HAS_RUN)
    @rule()
    def submit_all_reports(self) -> None:
        for year, artefact in self.model.owed():
            if self.model.may_submit(year, artefact):
                self._ask(c.SubmitReport(year=year, artefact=Artefact(artefact)), may=True)
                self.model.deliver((year, artefact))

    @precondition(HAS_RUN)
    @rule(years=st.integers(0, 4), artefact=ARTEFACTS)
    def accept_report(self, years: int, artefact: Artefact) -> None:
        key = (2013 + years, artefact.value)
        command = c.AcceptReport(year=key[0], artefact=artefact)
        if self._ask(command, may=self.model.may_judge(key)):
            self.model.accepted.add(key)

    @precondition(HAS_RUN)
    @rule(years=st.integers(0, 4), artefact=ARTEFACTS)
    def return_report(self, years: int, artefact: Artefact) -> None:
        key = (2013 + years, artefact.value)
        command = c.ReturnReport(year=key[0], artefact=artefact, remarks=REASON)
        if self._ask(command, may=self.model.may_judge(key)):
            self.model.delivered.discard(key)
            self.model.answer_by[key] = self.today + timedelta(days=28)

    # The end.

    @precondition(PAST_ITS_END)
    @rule()
    def final_account(self) -> None:
        may = self.model.phase() in ("expired", "terminated") and not self.model.final
        if self._ask(c.SubmitFinalAccount(), may=may):
            self.model.final = True

    @precondition(PAST_ITS_END)
    @rule()
    def accept_final_account(self) -> None:
        m = self.model
        may = m.phase() in ("expired", "terminated") and m.final and not m.final_accepted
        if self._ask(c.AcceptFinalAccount(spent_oere=1), may=may):
            m.final_accepted = True

    @precondition(PAST_ITS_END)
    @rule()
    def close(self) -> None:
        m = self.model
        may = (
            m.phase() in ("expired", "terminated")
            and m.final_accepted
            and all(key in m.delivered for key in m.owed())
        )
        if self._ask(c.Close(), may=may):
            m.closed = True

    # What always holds.

    @invariant()
    def the_phase_is_the_models(self) -> None:
        assert self.plan is not None
        assert phase(self.plan) == self.model.phase()

    @invariant()
    def every_point_stands_as_in_the_model(self) -> None:
        assert self.plan is not None
        for item in package(self.plan):
            assert item.status == self.model.status(item.point.id), item.point.id
            waiting = [step.body for step in open_steps(self.plan, item.point.id)]
            assert waiting == self.model.waits_for(item.point.id), item.point.id

    @invariant()
    def reports_are_overdue_as_in_the_model(self) -> None:
        assert self.plan is not None
        overdue = {key for key, report in self.plan.reports.items() if report.is_overdue}
        assert overdue == {f"{year}/{artefact}" for year, artefact in self.model.overdue}

    @invariant()
    def no_stage_of_life_is_skipped(self) -> None:
        plan = self.plan
        assert plan is not None
        assert plan.version == len(self.log)
        assert plan.committed_on is None or plan.sent_on is not None
        assert plan.started_on is None or plan.committed_on is not None
        assert plan.expired_on is None or plan.started_on is not None
        assert plan.closed_on is None or plan.final_account_accepted_on is not None
        assert plan.content.period.end == self.model.end
        for former, later in pairwise(plan.suspensions):
            assert former.end is not None
            assert former.end <= later.start

    @invariant()
    def the_plan_survives_json(self) -> None:
        assert self.plan is not None
        written = PLAN.dump_json(self.plan)
        read = PLAN.validate_json(written)
        assert read == self.plan
        assert PLAN.dump_json(read) == written

    @invariant()
    def the_clock_owes_nothing_and_looks_ahead(self) -> None:
        assert self.plan is not None
        context = Context(self.today, CITY)
        following = next_by_clock(self.plan, context)
        assert following is None or following > self.today

    def teardown(self) -> None:
        """The log alone gives the same plan, and every day of its life can be asked for."""
        assert fold(self.log) == as_of(self.log, date.max) == self.plan
        for day in sorted({event.on for event, _ in self.log}):
            plan = as_of(self.log, day)
            assert plan is not None
            assert phase(plan)


PlanAgainstPlainModel.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=True,
)
TestPlanAgainstPlainModel = PlanAgainstPlainModel.TestCase
