"""Answers: what does the mail say that one recipient gets on one day?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from domain.calendar import working_day_after
from domain.notices import Entry, Ledger, MailOutcome, Notice, Status
from domain.reference import PointKind, Role
from infrastructure.directory import Party
from infrastructure.mail import tables
from infrastructure.mail.letter import Heading, Letter, Note, Paragraph, Part, Steps, Table
from infrastructure.mail.owed import Desk, Matter, Owed, mail_day, matters
from infrastructure.wording.say import Lang, day, has, joined, say
from infrastructure.wording.sentences import Names, explain, names_of, point_name

TO_LBF = frozenset({"report", "report_answer", "final_account"})
"""What the housing organisation owes LBF: the municipality minds the date."""
ALARMS = frozenset({"package_start", "package_paper", "release"})
MOST_CASES = 5
"""Case numbers that a subject line holds."""


@dataclass(frozen=True)
class Composed:
    """A letter with what its envelope needs; its body is written when it is asked for."""

    subject: str
    matters: tuple[Matter, ...]
    rows: tuple[Owed, ...]
    """Every row that the mail settles."""
    write: Callable[[], Letter]

    @cached_property
    def letter(self) -> Letter:
        return self.write()


def compose(desk: Desk, recipient: Party, rows: Sequence[Owed], on: date) -> Composed | None:
    """One mail for all that is owed; None when nothing is left to remind of."""
    found = matters(desk, rows)
    if not found:
        return None
    writer = _Writer(desk, recipient, on)
    carried = tuple(owed for matter in found for owed in matter.all_owed)
    return Composed(
        writer.subject(found), tuple(found), carried, write=lambda: writer.letter(found)
    )


def things(lang: Lang, matter: Matter, names: Names) -> str:
    """What the mail is about, in the few words of a subject line."""
    first = matter.deadlines[0]
    if matter.kind in ("report", "report_answer") and len(matter.deadlines) > 1:
        year = (first.subject or "").partition("/")[0]
        return say(lang, "mail.thing.report_year", year=year)
    said = [_thing(lang, matter.kind, d.subject, d.body, names) for d in matter.deadlines]
    return joined(lang, list(dict.fromkeys(said)))


def _thing(lang: Lang, kind: str, subject: str | None, body: str | None, names: Names) -> str:
    if kind in ("report", "report_answer") and subject:
        year, _, artefact = subject.partition("/")
        return say(lang, f"artefact.{artefact}", year=year)
    if not has(lang, f"mail.thing.{kind}"):
        return say(lang, f"deadline.{kind}") if has(lang, f"deadline.{kind}") else kind
    point = point_name(lang, subject, names) if subject else ""
    return say(lang, f"mail.thing.{kind}", body=names.get(body or "", body or ""), point=point)


def cases(lang: Lang, numbers: Sequence[str]) -> str:
    """The case numbers of a subject line; where some are left out it says so."""
    known = list(dict.fromkeys(numbers))
    if len(known) <= MOST_CASES:
        return joined(lang, known)
    return say(lang, "mail.cases_more", first=", ".join(known[:MOST_CASES]))


@dataclass(frozen=True)
class _Writer:
    desk: Desk
    recipient: Party
    on: date

    @property
    def lang(self) -> Lang:
        return self.recipient.language

    @cached_property
    def names(self) -> Names:
        return names_of(self.lang, self.desk.reference, self.desk.parties.names)

    def say(self, key: str, **facts: object) -> str:
        return say(self.lang, f"mail.{key}", **facts)

    def letter(self, found: list[Matter]) -> Letter:
        return Letter(
            lang=self.lang,
            subject=self.subject(found),
            greeting=self.greeting(),
            parts=self.parts(found),
            closing=self.closing(),
            notes=self.notes(found),
        )

    # The head and the foot.

    def subject(self, found: list[Matter]) -> str:
        lang, names = self.lang, self.names
        first = found[0]
        case = cases(lang, [matter.plan.content.case_number for matter in found])
        about = list(dict.fromkeys(things(lang, each, names) for each in found))
        said = about[0] if len(about) == 1 else self.say("and_more", first=about[0])
        plans = {matter.plan_id for matter in found}
        passed = any(owed.passed_from for matter in found for owed in matter.owed)
        before = self.say("subject_passed") if passed else ""
        if len(plans) > 1:
            count = sum(len(matter.deadlines) for matter in found)
            late = sum(len(matter.deadlines) for matter in found if matter.due_on < self.on)
            form = "subject_plans_late" if late else "subject_plans"
            facts = {"count": count, "late": late, "plans": len(plans)}
            return before + self.say(form, **facts, things=said, case=case)
        due, form = first.due_on, self._tense(first)
        if first.last.is_urgent:
            due = tables.last_paper_day(self.desk, first) or due
            form = "urgent" if due >= self.on else "alarm"
        title = first.plan.content.title
        return before + self.say(f"subject_{form}", due=due, things=said, plan=title, case=case)

    def _tense(self, matter: Matter) -> str:
        late = (self.on - matter.due_on).days
        return "today" if late == 0 else "late" if late > 0 else "before"

    def greeting(self) -> tuple[str, ...]:
        return (self.say("dear", name=self.recipient.name),)

    def closing(self) -> tuple[str, ...]:
        office = self.desk.parties.office
        name = office.name if office else ""
        return (self.say("regards"), "", name, self.say("municipality"))

    def notes(self, found: list[Matter]) -> tuple[Note, ...]:
        """Why today, who supervises, what came before."""
        reasons = list(dict.fromkeys(self._reason(matter) for matter in found))
        notes = [Note(f"{self.say('why_today')} {' '.join(reasons)}")]
        late = [m for m in found if m.due_on < self.on and m.kind in TO_LBF]
        if late:
            earlier = self._earlier(late)
            said = [self.say("supervision")]
            if earlier:
                said.append(self.say("earlier", days=[day(self.lang, d, "short") for d in earlier]))
            notes.append(Note(" ".join(said)))
        closing = [self.say("automatic")]
        if any(owed.day < self.on for m in found for owed in m.all_owed):
            closing.insert(0, self.say("collapsed"))
        if self.recipient.kind in ("organisation", "administrator"):
            closing.append(self.say("weekly"))
        return (*notes, Note(" ".join(closing)))

    def _reason(self, matter: Matter) -> str:
        return f"{explain(self.lang, matter.deadlines[0])} {explain(self.lang, matter.last.notice)}"

    def _earlier(self, late: list[Matter]) -> list[date]:
        """The days on which this party was reminded of the same before."""
        found: set[date] = set()
        for matter in late:
            ledger = self.desk.ledgers.get(matter.plan_id, Ledger())
            keys = {deadline.key for deadline in matter.deadlines}
            found |= {
                self._mailed_on(entry)
                for entry in ledger.entries.values()
                if entry.notice.deadline in keys
                and entry.outcomes.get(matter.last.party) is MailOutcome.SENT
            }
        return sorted(each for each in found if each < self.on)

    def _mailed_on(self, entry: Entry) -> date:
        """This party's own day; others may have had their mail of the same notice later."""
        return mail_day(
            entry.due_on or entry.notice.send_on,
            self.recipient,
            is_urgent=entry.notice.urgent,
            has_pause=self.desk.reference.parameters.summer_pause,
        )

    # The body.

    def parts(self, found: list[Matter]) -> list[Part]:
        if len(found) == 1:
            return self._section(found[0])
        parts: list[Part] = []
        plans = len({matter.plan_id for matter in found})
        count = sum(len(matter.deadlines) for matter in found)
        parts.append(Paragraph(self._intro(found, count, plans)))
        parts.append(self._overview(found))
        for matter in found:
            head = f"{matter.plan.content.title}: {things(self.lang, matter, self.names)}"
            parts += [Heading(head), *self._section(matter)]
        return parts

    def _intro(self, found: list[Matter], count: int, plans: int) -> str:
        """Read alone it says what comes first, and since when or until when."""
        first = found[0]
        form = "intro_first_late" if first.due_on < self.on else "intro_first"
        about, title = things(self.lang, first, self.names), first.plan.content.title
        said = self.say(form, due=first.due_on, things=about, plan=title)
        return f"{self.say('intro_plans', count=count, plans=plans)} {said}"

    def _overview(self, found: list[Matter]) -> Table:
        head = tuple(self.say(f"column_{c}") for c in ("plan", "matter", "due", "status"))
        rows = [
            (
                matter.plan.content.title,
                things(self.lang, matter, self.names),
                day(self.lang, matter.due_on),
                self.state_of(matter.due_on),
            )
            for matter in found
        ]
        return Table(head, tuple(rows))

    def state_of(self, due_on: date) -> str:
        late = (self.on - due_on).days
        if late == 0:
            return self.say("today_word")
        return self.say("overdue", count=late) if late > 0 else self.say("left", count=-late)

    def _section(self, matter: Matter) -> list[Part]:
        parts: list[Part] = [Paragraph(self._first(matter))]
        if matter.last.passed_from:
            name = self.names.get(matter.last.passed_from, matter.last.passed_from)
            parts.append(Paragraph(self.say("passed", name=name)))
        parts += tables.of(self.desk, matter, self.lang, self.names)
        parts += self._what_happens(matter)
        parts += self._steps(matter)
        parts += self._who(matter)
        following = self._following(matter)
        if following:
            parts.append(Paragraph(following))
        return parts

    def _facts(self, matter: Matter) -> dict[str, object]:
        lang, names = self.lang, self.names
        deadline = matter.deadlines[0]
        body = deadline.body or ""
        late = (self.on - matter.due_on).days
        long = [self._long(matter, d.subject) for d in matter.deadlines]
        return {
            "plan": matter.plan.content.title,
            "due": matter.due_on,
            "late": late,
            "left": -late,
            "long": joined(lang, long),
            "it": self.say("it_one" if len(long) == 1 else "it_many"),
            "body": names.get(body, body),
            "meeting": deadline.meeting_on or deadline.why.base_on,
            "point": self._points(matter),
            "link": self._link(matter),
        }

    def _points(self, matter: Matter) -> str:
        """The points that are missing, the money with its amount."""
        said: list[str] = []
        filed = matter.plan.filed
        kinds = {point.id: point.kind for point in filed.points} if filed else {}
        for deadline in matter.deadlines:
            point = point_name(self.lang, deadline.subject or "", self.names)
            amount = matter.plan.content.municipal_oere
            if kinds.get(deadline.subject or "") is PointKind.MONEY and amount:
                point = self.say("point_amount", point=point, amount=amount)
            said.append(point)
        return joined(self.lang, said)

    def _long(self, matter: Matter, subject: str | None) -> str:
        year, _, artefact = (subject or "").partition("/")
        key = f"mail.thing.{artefact}"
        if matter.kind in ("report", "report_answer") and has(self.lang, key):
            return say(self.lang, key, year=year)
        return ""

    def _link(self, matter: Matter) -> str:
        return f"{self.desk.base_url.rstrip('/')}/plans/{matter.plan_id}"

    def _key(self, matter: Matter) -> str:
        return matter.kind if has(self.lang, f"mail.{matter.kind}.before") else "other"

    def _first(self, matter: Matter) -> str:
        return self.say(f"{self._key(matter)}.{self._tense(matter)}", **self._facts(matter))

    def _what_happens(self, matter: Matter) -> list[Part]:
        consequence = say(self.lang, f"consequence.{matter.deadlines[0].consequence}")
        form = "still" if matter.due_on < self.on else "otherwise"
        return [Paragraph(self.say(form, consequence=consequence))]

    def _steps(self, matter: Matter) -> list[Part]:
        key = self._key(matter)
        is_late = matter.due_on < self.on and has(self.lang, f"mail.{key}.late_1")
        facts = self._facts(matter)
        prefix = f"{key}.late" if is_late else f"{key}.step"
        items = tuple(
            self.say(f"{prefix}_{n}", **facts)
            for n in range(1, 6)
            if has(self.lang, f"mail.{prefix}_{n}")
        )
        parts: list[Part] = [Paragraph(self._steps_head(matter, is_late=is_late))]
        parts.append(Steps(items, is_numbered=not is_late and matter.kind not in ALARMS))
        if matter.due_on >= self.on and has(self.lang, f"mail.{key}.cannot"):
            parts.append(Paragraph(self.say(f"{key}.cannot", **facts)))
        if matter.due_on >= self.on and has(self.lang, f"mail.{key}.already"):
            parts.append(Paragraph(self.say(f"{key}.already", **facts)))
        return parts

    def _steps_head(self, matter: Matter, *, is_late: bool) -> str:
        if matter.kind not in TO_LBF:
            return self.say("steps_neutral")
        if matter.last.role not in (Role.ORGANISATION, Role.ADMINISTRATOR):
            lead = matter.plan.content.lead
            return self.say("steps_others", who=self.names.get(lead, lead))
        if is_late:
            return self.say("steps_late", by=working_day_after(self.on + timedelta(days=14)))
        return self.say("steps_you")

    def _who(self, matter: Matter) -> list[Part]:
        """Who is to act, for those who are only told."""
        role = matter.last.role
        if matter.kind not in TO_LBF or (role is Role.ORGANISATION and matter.due_on >= self.on):
            return []
        lead = self.names.get(matter.plan.content.lead, matter.plan.content.lead)
        said = [self.say("who_late", lead=lead)]
        if role is not Role.ORGANISATION and matter.last.passed_from is None:
            said.append(self.say(f"who_{role}", name=self.recipient.name))
        return [Paragraph(" ".join(said))]

    def _following(self, matter: Matter) -> str:
        """When the next reminder comes, to this party or to the head of office."""
        ledger = self.desk.ledgers.get(matter.plan_id, Ledger())
        coming = sorted(
            (
                entry.notice
                for entry in ledger.entries.values()
                if entry.status is Status.PLANNED
                and entry.notice.send_on > self.on
                and _is_about(entry.notice, matter)
            ),
            key=lambda notice: notice.send_on,
        )
        if not coming:
            return self.say("last")
        return self._coming(matter, coming)

    def _coming(self, matter: Matter, coming: list[Notice]) -> str:
        role = matter.last.role
        mine = next((notice for notice in coming if role in notice.to), None)
        head = next((notice for notice in coming if Role.HEAD_OF_OFFICE in notice.to), None)
        said: list[str] = []
        if mine is not None:
            form = "next_alarm" if mine.urgent else "next"
            said.append(self.say(form, on=mine.send_on))
        is_new = not self._is_told(matter)
        if (
            head is not None
            and is_new
            and matter.due_on < head.send_on
            and matter.due_on <= self.on
        ):
            said.append(self.say("next_head", on=head.send_on))
        return " ".join(said)

    def _is_told(self, matter: Matter) -> bool:
        """Does the head of office hear of this rung already?"""
        ledger = self.desk.ledgers.get(matter.plan_id, Ledger())
        entries = (ledger.entries.get(owed.notice.id) for owed in matter.owed)
        return any(entry and Role.HEAD_OF_OFFICE in entry.notice.to for entry in entries)


def _is_about(notice: Notice, matter: Matter) -> bool:
    """Does a notice remind of the same, or sound the alarm about the same point?"""
    if matter.kind in ALARMS and notice.urgent:
        return notice.subject in {deadline.subject for deadline in matter.deadlines}
    keys = {deadline.key for deadline in matter.deadlines}
    return notice.deadline in keys and notice.due_on == matter.due_on
