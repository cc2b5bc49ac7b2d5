"""Answers: how does what is owed by mail leave this installation?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.mail_messages import DELIVER_MAIL, Round
from domain.calendar import NOTICE_TIME, at, is_working_day, local_day, working_day_after
from infrastructure import installation
from infrastructure.clock import utc_now
from infrastructure.mail.post import Post, paced
from infrastructure.mail.transport import Transport

MAILS_PER_ROUND = 50


@dataclass
class MailActivities:
    """Delivers by the installation's own day; its rounds are short, so that a stop loses little."""

    post: Post
    transport: Transport
    mails_per_second: float = 5.0

    @activity.defn(name=DELIVER_MAIL)
    async def deliver(self) -> Round:
        """One round. Nothing leaves on a closed day, before nine, or while a demo is advancing.

        What a demo has skipped is told whatever day it stands on, and at no leisurely pace: its
        mail server is its own.
        """
        here = await installation.read(self.post.pool)
        now = here.now(utc_now())
        wait = next_morning(now) - now
        today = local_day(now)
        is_open = is_working_day(today) and now >= at(today, NOTICE_TIME)
        if here.target is not None or not (is_open or here.is_virtual):
            return Round(wake_in_seconds=wait.total_seconds())
        self.post.is_virtual = here.is_virtual
        rest = paced(self.mails_per_second)

        async def rest_and_say_so() -> None:
            if activity.in_activity():
                activity.heartbeat()
            if not here.is_virtual:
                await rest()

        until = today if is_open else today - timedelta(days=1)
        worked = await self.post.work(
            self.transport, today, until=until, most=MAILS_PER_ROUND, rest=rest_and_say_so
        )
        return Round(
            sent=worked.sent,
            deferred=worked.deferred,
            has_more=worked.has_more,
            wake_in_seconds=wait.total_seconds(),
        )


def next_morning(now: datetime) -> datetime:
    """Nine o'clock of the next working day that has not reached it yet."""
    today = local_day(now)
    if is_working_day(today) and now < at(today, NOTICE_TIME):
        return at(today, NOTICE_TIME)
    return at(working_day_after(today + timedelta(days=1)), NOTICE_TIME)
