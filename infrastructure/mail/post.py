"""Answers: which mails go out on a day, and how does each come to its recorded end?

Every mail is written down before it is sent: after a crash the very same one goes again, with the
same Message-ID, and never none.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import asyncpg

from domain.calendar import NOTICE_TIME, at
from domain.notices import MailOutcome
from domain.reference import Reference
from infrastructure.clock import utc_now
from infrastructure.directory import Directory, Parties, Party
from infrastructure.event_store.writer import Writer
from infrastructure.mail import digest, refused
from infrastructure.mail.as_of import AsOf
from infrastructure.mail.compose import compose
from infrastructure.mail.message import Mail, digest_mail, reminder, undelivered_id
from infrastructure.mail.outbox import Outbox
from infrastructure.mail.owed import Desk, Owed, mail_day, still_due
from infrastructure.mail.settling import Settlement, settle
from infrastructure.mail.transport import Refused, Transport, TryAgain
from infrastructure.plans import Plans, plan_id_of


@dataclass
class Worked:
    """What one turn of the courier came to."""

    sent: int = 0
    deferred: int = 0
    """Mails that the server would not take now."""
    has_more: bool = False


@dataclass
class Post:
    """Gathers, sends and records mail."""

    plans: Plans
    writer: Writer
    pool: asyncpg.Pool
    base_url: str
    system_mailbox: str
    is_virtual: bool = False
    """A demo or rehearsal: the day of a mail is also the moment of recording it."""

    def __post_init__(self) -> None:
        self.directory = Directory(self.pool)
        self.outbox = Outbox(self.pool)
        self._known: Reference | None = None

    # Without an engine: a rehearsal, or a demo that has skipped time.

    async def drain(
        self,
        transport: Transport,
        until: date,
        *,
        since: date | None = None,
        has_digests: bool = True,
    ) -> list[Mail]:
        """Everything owed up to a day, day by day as it would have gone; the mails in order.

        Digests are written for the Mondays after `since` (None: after the last one written).
        """
        past = AsOf(self.plans)
        self._known = None
        mails: list[Mail] = []
        done = date.min
        mondays = await digest.days(self.pool, since, until) if has_digests else []
        while (day := await self._next_day(until, done, mondays)) is not None:
            turn = _Turn(self, transport, day, past)
            mails += await turn.all_at_once(has_digest=day in mondays)
            done = day
        return mails

    async def _next_day(self, until: date, done: date, mondays: list[date]) -> date | None:
        days = {max(each, done) for each in await self._mail_days(until)}
        days |= {monday for monday in mondays if monday > done}
        return min(days, default=None)

    async def _mail_days(self, until: date) -> list[date]:
        """The next day of each party on which something is owed to it."""
        parties = await self.directory.read()
        pause = (await self._reference()).parameters.summer_pause
        days = (
            mail_day(day, parties.recipient(party), is_urgent=is_urgent, has_pause=pause)
            for party, is_urgent, day in await self.outbox.first_days(until)
        )
        return [day for day in days if day <= until]

    async def _reference(self) -> Reference:
        """As it was when the mail was last looked through."""
        if self._known is None:
            self._known = await self.plans.reference()
        return self._known

    # With real mail, one at a time.

    async def work(
        self,
        transport: Transport,
        today: date,
        *,
        until: date | None = None,
        most: int = 50,
        rest: Callable[[], Awaitable[None]] | None = None,
    ) -> Worked:
        """Send what is owed by today; what piled up goes as one mail for each recipient.

        In a demo past days are told one by one, as they would have gone; `until` stops before today.
        """
        until = until or today
        worked = Worked()
        self._known = None
        held = await self._finish_unfinished(transport, worked)
        if not await self._tell_refused(transport, today, worked):
            return worked
        past = AsOf(self.plans)
        done = date.min
        while (day := await self._day_to_work(until, done)) is not None:
            turn = _Turn(self, transport, day, past if day < today else None, held)
            async for mail in turn.one_by_one(today):
                if worked.sent + worked.deferred >= most:
                    worked.has_more = True
                    return worked
                if not await self._deliver(transport, mail, worked):
                    return worked
                if rest is not None:
                    await rest()
            done = day
        return worked

    async def _day_to_work(self, today: date, done: date) -> date | None:
        """Today; in a demo first the days before it, in order."""
        if done >= today:
            return None
        if not self.is_virtual:
            return today
        mondays = await digest.days(self.pool, None, today)
        days = [*await self._mail_days(today), *mondays, today]
        return min(day for day in days if day > done)

    async def _tell_refused(self, transport: Transport, today: date, worked: Worked) -> bool:
        """Senders of refused signals; False when the server is away altogether."""
        found = await refused.untold(self.pool)
        if not found:
            return True
        plans = {plan_id_of(each["stream"]) for each in found}
        desk = await self.desk(today, [], None, plans)
        for each in found:
            mail = refused.mail_about(desk, each)
            if mail is None:
                continue
            is_sent = await self.outbox.one(mail.id) is not None
            if not is_sent and not await self._deliver(transport, mail, worked):
                return False
            if is_sent or await self.outbox.one(mail.id):
                await refused.told(self.pool, each, mail)
        return True

    async def _deliver(self, transport: Transport, mail: Mail, worked: Worked) -> bool:
        """Send one mail and record its end; False when the server is away altogether."""
        await self.outbox.keep([mail], "sending", utc_now())
        try:
            await self._send_and_record(transport, mail)
            worked.sent += 1
        except TryAgain as error:
            await self.outbox.undo(mail.id)
            worked.deferred += 1
            return not error.is_about_all
        return True

    async def _send_and_record(self, transport: Transport, mail: Mail) -> None:
        outcome = MailOutcome.SENT
        try:
            await transport.send(mail)
        except Refused:
            outcome = MailOutcome.BOUNCED
            await self.directory.mark_bounced(mail.party, utc_now())
        await self._record(mail, outcome)

    async def _record(self, mail: Mail, outcome: MailOutcome) -> None:
        rows = await self.outbox.carried(mail)
        settlement = Settlement(mail.id, outcome, tuple(rows))
        await settle(self.plans, self.writer, [settlement], mail.day, is_virtual=self.is_virtual)
        await self.outbox.finish(mail.id, str(outcome), utc_now())

    async def _finish_unfinished(
        self, transport: Transport, worked: Worked
    ) -> set[tuple[str, str, str]]:
        """What a crash left in between: recorded already, or sent again as it was.

        Answers the rows of those that still wait: they may have left, so they stay as they are.
        """
        held: set[tuple[str, str, str]] = set()
        for kept in await self.outbox.unfinished():
            known = await self.outbox.recorded_outcome(kept.mail.id)
            if known is not None:
                await self.outbox.finish(kept.mail.id, known, utc_now())
                continue
            if not kept.mail.message:  # its reader was erased in between
                await self.outbox.undo(kept.mail.id)
                continue
            try:
                await self._send_and_record(transport, kept.mail)
                worked.sent += 1
            except TryAgain:
                worked.deferred += 1
                held |= set(kept.mail.carried)
        return held

    async def desk(
        self, day: date, rows: Iterable[Owed], past: AsOf | None, also: Iterable[str] = ()
    ) -> Desk:
        """All that composing these rows (or about these plans) looks at, now or on a past day."""
        rows = list(rows)
        ids = sorted({owed.plan for owed in rows} | set(also))
        if past is not None:
            plans, ledgers = await past.states(rows, day)
        else:
            found = {plan_id: await self.plans.load(plan_id) for plan_id in ids}
            plans = {plan_id: plan for plan_id, plan in found.items() if plan is not None}
            ledgers = {plan_id: await self.plans.ledger(plan_id) for plan_id in plans}
        return Desk(
            plans=plans,
            ledgers=ledgers,
            reference=await self._reference(),
            parties=await self.directory.read(),
            base_url=self.base_url,
            system_mailbox=self.system_mailbox,
        )


@dataclass
class _Turn:
    """One day of the courier."""

    post: Post
    transport: Transport
    day: date
    past: AsOf | None
    held: set[tuple[str, str, str]] = field(default_factory=set)
    settlements: list[Settlement] = field(default_factory=list)

    async def one_by_one(self, today: date) -> AsyncIterator[Mail]:
        """The day's mails, written when their turn comes; what cannot be sent is settled first."""
        desk, rows = await self._sorted_out()
        for recipient, owed in _gathered(desk.parties, rows):
            mail = self._written(desk, recipient, owed)
            if mail is not None:
                yield mail
        is_monday = digest.mail_day_of(digest.monday_of(self.day)) == self.day
        async for mail in self._digests(desk, is_wanted=is_monday or self.day == today):
            yield mail

    async def all_at_once(self, *, has_digest: bool) -> list[Mail]:
        """The day's mails with one record for all: for a transport that only keeps them."""
        mails: list[Mail] = []
        desk, rows = await self._sorted_out()
        by_key = {owed.key: owed for owed in rows}
        ends: dict[MailOutcome, list[Mail]] = {MailOutcome.SENT: [], MailOutcome.BOUNCED: []}
        for recipient, owed in _gathered(desk.parties, rows):
            mail = self._written(desk, recipient, owed)
            if mail is None:
                continue
            outcome = await self._try(mail)
            ends[outcome].append(mail)
            carried = tuple(by_key[key] for key in mail.carried)
            self.settlements.append(Settlement(mail.id, outcome, carried))
            mails += [mail] if outcome is MailOutcome.SENT else []
        if has_digest:
            async for mail in self._digests(desk, is_wanted=True):
                await self.transport.send(mail)
                ends[MailOutcome.SENT].append(mail)
                mails.append(mail)
        await self._settle()
        for outcome, kept in ends.items():
            moment = at(self.day, NOTICE_TIME)
            await self.post.outbox.keep(kept, str(outcome), moment, has_message=False)
        return mails

    async def _try(self, mail: Mail) -> MailOutcome:
        try:
            await self.transport.send(mail)
        except Refused:
            await self.post.directory.mark_bounced(mail.party, at(self.day, NOTICE_TIME))
            return MailOutcome.BOUNCED
        return MailOutcome.SENT

    async def _sorted_out(self) -> tuple[Desk, list[Owed]]:
        """The rows that can be sent; the others are settled, and who is told instead is added."""
        while True:
            desk, rows = await self._due()
            kept, self.settlements = self._sifted(desk, rows)
            if not self.settlements:
                return desk, kept
            await self._settle()

    async def _due(self) -> tuple[Desk, list[Owed]]:
        pending = await self.post.outbox.pending(self.day)
        desk = await self.post.desk(self.day, pending, self.past)
        pause = desk.reference.parameters.summer_pause
        rows = [
            owed
            for owed in pending
            if _is_known(desk, owed)
            and owed.key not in self.held
            and mail_day(
                owed.day,
                desk.parties.recipient(owed.party),
                is_urgent=owed.is_urgent,
                has_pause=pause,
            )
            <= self.day
        ]
        return desk, rows

    def _sifted(self, desk: Desk, rows: list[Owed]) -> tuple[list[Owed], list[Settlement]]:
        kept: list[Owed] = []
        aside: dict[tuple[str, MailOutcome], list[Owed]] = {}
        for owed in rows:
            if still_due(desk, owed) is None:
                aside.setdefault((owed.party, MailOutcome.SUPPRESSED), []).append(owed)
            elif desk.parties.recipient(owed.party) is None:
                aside.setdefault((owed.party, MailOutcome.NO_ADDRESS), []).append(owed)
            else:
                kept.append(owed)
        return kept, [
            Settlement(undelivered_id(party, self.day, found), outcome, tuple(found))
            for (party, outcome), found in aside.items()
        ]

    def _written(self, desk: Desk, recipient: Party, rows: list[Owed]) -> Mail | None:
        composed = compose(desk, recipient, rows, self.day)
        return reminder(desk, recipient, composed, self.day) if composed else None

    async def _digests(self, desk: Desk, *, is_wanted: bool) -> AsyncIterator[Mail]:
        """The Monday digests that are not written yet."""
        monday = digest.monday_of(self.day)
        if not is_wanted or digest.mail_day_of(monday) > self.day:
            return
        for officer in await digest.officers(self.post.pool, desk.parties, monday):
            letter = await digest.letter(self.post.pool, desk, officer, monday)
            if letter is not None:
                yield digest_mail(desk, officer, letter, digest.mail_day_of(monday))

    async def _settle(self) -> None:
        await settle(
            self.post.plans,
            self.post.writer,
            self.settlements,
            self.day,
            is_virtual=self.post.is_virtual,
        )
        self.settlements = []


def _is_known(desk: Desk, owed: Owed) -> bool:
    """A row that the log knows nothing of must not stop the others; accounting shows it."""
    ledger = desk.ledgers.get(owed.plan)
    return ledger is not None and owed.notice.id in ledger.entries


def _gathered(parties: Parties, rows: list[Owed]) -> list[tuple[Party, list[Owed]]]:
    """One pile for each recipient; alarms go alone, plan by plan."""
    piles: dict[tuple[str, str], list[Owed]] = {}
    for owed in rows:
        recipient = parties.recipient(owed.party)
        if recipient is not None:
            apart = owed.plan if owed.is_urgent else ""
            piles.setdefault((recipient.id, apart), []).append(owed)
    return [(parties.by_id[party], found) for (party, _), found in sorted(piles.items())]


def paced(mails_per_second: float) -> Callable[[], Awaitable[None]]:
    """A rest between mails, so that no mail server takes us for a flood."""

    async def rest() -> None:
        await asyncio.sleep(1 / mails_per_second)

    return rest
