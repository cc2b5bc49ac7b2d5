"""The floor of a rehearsal: a workflow that waits, answers and mails as often, and does nothing."""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import activity, workflow

from bench.empty import NOTHING

MAIL = "bare_mail"
LIMIT = timedelta(seconds=4)

mailbox: list[str] = []


@activity.defn(name=MAIL)
async def mail() -> None:
    """Captures a mail that says nothing."""
    mailbox.append("")


class Score(BaseModel):
    """When the timers fire, in seconds after the start, and the mails that each of them brings."""

    timers: tuple[float, ...]
    mails: tuple[int, ...]


@workflow.defn(name="BareWorkflow")
class BareWorkflow:
    """As many timers, decisions and mails as a rehearsed plan had, and nothing else."""

    @workflow.init
    def __init__(self, _score: Score) -> None:
        self._is_closed = False

    @workflow.run
    async def run(self, score: Score) -> None:
        began = workflow.now()
        for after, mails in zip(score.timers, score.mails, strict=True):
            left = began + timedelta(seconds=after) - workflow.now()
            if left > timedelta():
                await workflow.sleep(left)
            for _ in range(mails):
                await workflow.execute_local_activity(MAIL, start_to_close_timeout=LIMIT)
        await workflow.wait_condition(lambda: self._is_closed)

    @workflow.update
    async def decide(self, is_last: bool) -> None:
        await workflow.execute_local_activity(NOTHING, start_to_close_timeout=LIMIT)
        self._is_closed = is_last
