"""The plan once more, written plainly and apart from the domain: dicts and ifs to compare with."""

from datetime import date, timedelta

YES = ("approved", "approved_with_condition")
NO_EFFECT = ("discussed", "noted")
UNFINISHED = (None, "postponed", "withdrawn_from_agenda")
ARTEFACTS = ("account", "goals", "milestones")
OVER = ("closed", "rejected", "withdrawn", "lapsed", "refused_by_lbf")
ROUTE = {
    "forum": ["forum-norrebro"],
    "committees": ["tmu", "sud"],
    "finance": ["oeu"],
    "council": ["br"],
}
POINTS = ("content", "lbf", "money")
BODIES = [body for bodies in ROUTE.values() for body in bodies]


def path(point: str) -> dict[str, list[str]]:
    """The forum only reviews the content."""
    return {name: ROUTE[name] for name in ROUTE if point == "content" or name != "forum"}


class PlainPlan:
    """One plan on the route of 2012 with two committees, from its draft on."""

    def __init__(self, today: date, start: date, end: date) -> None:
        self.today, self.start, self.end = today, start, end
        self.is_filed = self.is_draft = False
        self.votes: dict[str, dict[str, str]] = {point: {} for point in POINTS}
        self.met: dict[str, set[tuple[str, date]]] = {point: set() for point in POINTS}
        self.papers: dict[str, set[str]] = {point: set() for point in POINTS}
        self.has_paper: set[str] = set()
        self.waived: set[str] = set()
        self.in_force: set[str] = set()
        self.sent = self.committed = self.expired = self.closed = False
        self.started: date | None = None
        self.ending: str | None = None
        self.ended: date | None = None
        self.paused: date | None = None
        self.pause_moves_end = False
        self.delivered: set[tuple[int, str]] = set()
        self.accepted: set[tuple[int, str]] = set()
        self.answer_by: dict[tuple[int, str], date] = {}
        self.overdue: set[tuple[int, str]] = set()
        self.final = self.final_accepted = False

    # Points.

    def ended_at(self, point: str) -> str | None:
        for bodies in path(point).values():
            for body in bodies:
                vote = self.votes[point].get(body)
                if vote in ("dropped", "lapsed") or (vote == "rejected" and body == "br"):
                    return body
        return None

    def is_through(self, point: str) -> bool:
        return self.ended_at(point) is None and self.votes[point].get("br") in YES

    def open_stage(self, point: str) -> str | None:
        for name, bodies in path(point).items():
            if any(self.votes[point].get(body) in UNFINISHED for body in bodies):
                return name
        return None

    def waits_for(self, point: str) -> list[str]:
        if not self.is_filed or self.ended_at(point) or self.is_through(point):
            return []
        stage = self.open_stage(point)
        bodies = path(point)[stage] if stage else []
        return [body for body in bodies if self.votes[point].get(body) in UNFINISHED]

    def status(self, point: str) -> str:
        if self.is_through(point):
            return "decided"
        if point in self.waived:
            return "not_applicable"
        if point in self.in_force:
            return "in_force"
        if self.ended_at(point):
            return "ended"
        for body in self.waits_for(point):
            is_off = self.votes[point].get(body) == "withdrawn_from_agenda"
            if is_off and body not in self.papers[point]:
                return "missing"
        has_moved = any(body != "forum-norrebro" for body in self.votes[point])
        return "on_its_way" if has_moved or point in self.has_paper else "missing"

    # The phase.

    def phase(self) -> str:
        if self.closed:
            return "closed"
        if self.ending:
            return self.ending
        if self.expired:
            return "expired"
        if self.started:
            return "running"
        if not self.is_filed or self.is_draft:
            return "draft"
        ended_at = self.ended_at("content")
        if ended_at:
            return "rejected" if self.votes["content"][ended_at] == "rejected" else "lapsed"
        if self.is_through("content"):
            return "committed" if self.committed else "at_lbf" if self.sent else "approved"
        return str(self.open_stage("content"))

    # Decisions.

    def may_decide(self, body: str, point: str, *, anew: bool) -> bool:
        if self.phase() == "draft" or self.phase() in OVER:
            return False
        way = [each for bodies in path(point).values() for each in bodies]
        ended_at = self.ended_at(point)
        if ended_at:
            way = way[: way.index(ended_at) + 1]
        if body not in way:
            return False
        vote = self.votes[point].get(body)
        if not anew and (vote not in UNFINISHED or (body, self.today) in self.met[point]):
            return False
        if vote is None:
            for bodies in path(point).values():
                if body in bodies:
                    return True
                if any(self.votes[point].get(b) in UNFINISHED for b in bodies):
                    return False
        return True

    def earlier_steps(self, body: str, point: str) -> list[str]:
        names = ["draft"]
        for name, bodies in path(point).items():
            if body in bodies:
                return names
            names.append(name)
        return names

    def decide(self, body: str, point: str, outcome: str, returned_to: str | None) -> None:
        self.met[point].add((body, self.today))
        if outcome in NO_EFFECT:
            return
        self.papers[point].discard(body)
        if outcome != "sent_back":
            self.votes[point][body] = outcome
            return
        names = list(ROUTE)
        first = 0 if returned_to == "draft" else names.index(str(returned_to))
        lapsed = [each for name in names[first:] for each in ROUTE[name]]
        for each in lapsed:
            self.votes[point].pop(each, None)
        self.met[point] = set()
        self.papers[point] = set()
        self.has_paper.discard(point)
        if returned_to == "draft" and point == "content":
            self.is_draft = True

    # LBF's years.

    def last(self) -> date:
        return self.ended or self.end

    def owed(self) -> list[tuple[int, str]]:
        if not self.started:
            return []
        years = range(self.started.year, self.last().year + 1)
        return [
            (year, artefact)
            for year in years
            for artefact in ARTEFACTS
            if artefact != "milestones" or year < self.last().year
        ]

    def may_submit(self, year: int, artefact: str) -> bool:
        if (year, artefact) not in self.owed() or (year, artefact) in self.delivered:
            return False
        if artefact == "milestones":
            return self.today.year >= year
        return self.today > min(date(year, 12, 31), self.last())

    def deliver(self, key: tuple[int, str]) -> None:
        self.delivered.add(key)
        self.answer_by.pop(key, None)
        self.overdue.discard(key)

    def may_judge(self, key: tuple[int, str]) -> bool:
        return key in self.owed() and key in self.delivered and key not in self.accepted

    # LBF's answer, and the end.

    def may_answer(self) -> bool:
        return (
            self.ending is None and self.is_through("content") and self.sent and not self.committed
        )

    def end_as(self, ending: str) -> None:
        self.ending, self.ended = ending, self.today

    # Time.

    def tick(self) -> None:
        """What the calendar brings by itself."""
        if self.phase() == "committed" and self.today >= self.start:
            self.started = max(self.start, self.today)
        if self.phase() in OVER:
            return
        for year, artefact in self.owed():
            due = max(date(year + 1, 6, 30), self.answer_by.get((year, artefact), date.min))
            if self.today > due and (year, artefact) not in self.delivered:
                self.overdue.add((year, artefact))
        waits = self.paused and self.pause_moves_end
        if self.phase() == "running" and self.today > self.end and not waits:
            self.expired = True

    def resume(self) -> None:
        if self.paused and self.pause_moves_end and self.phase() == "running":
            self.end += timedelta(days=(self.today - self.paused).days)
        self.paused = None
