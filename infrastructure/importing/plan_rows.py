"""Answers: which rows does each plan have, which of them are new, and can its history be folded?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.notices import Ledger
from domain.plan.content import Content
from domain.plan.state import Plan
from infrastructure.importing.content import Revision, content
from infrastructure.importing.fact import Fact
from infrastructure.importing.faults import Faults
from infrastructure.importing.history import History, Rows
from infrastructure.importing.kept import COMPARED, Kept, KeptRow, new_rows
from infrastructure.importing.naming import RowName
from infrastructure.importing.reading import Files, Row
from infrastructure.importing.shapes import Known, check_criterion, check_fact, check_plan
from infrastructure.importing.writing import Load

MOST_REVISIONS = 1_000
BySheet = Mapping[str, list[Row]]


@dataclass(slots=True)
class Life:
    """A plan as the log has it."""

    plan: Plan | None = None
    decided: list[str] = field(default_factory=list)
    """What people have recorded in the system since it was imported."""
    ledger: Ledger = field(default_factory=Ledger)


@dataclass(frozen=True, slots=True)
class Judging:
    """What all plans of one import are judged by."""

    files: Files
    kept: Kept
    in_system: frozenset[str]
    """Plans that the log has already."""
    known: Known
    loaded: Load
    faults: Faults

    def histories(self, lives: Mapping[str, Life]) -> list[History]:
        """The plans whose rows can be folded; the others' faults are noted."""
        by_plan: dict[tuple[str, str], list[Row]] = {}
        orders = {id(row): order for order, row in enumerate(self.files.rows("facts"))}
        for sheet in COMPARED:
            for row in self.files.rows(sheet):
                by_plan.setdefault((row.values["plan"], sheet), []).append(row)
        found = []
        for order, (plan, life) in enumerate(lives.items()):
            own = {sheet: by_plan.get((plan, sheet), []) for sheet in COMPARED}
            before = len(self.faults.found)
            rows = self._rows(plan, own, life)
            if rows is not None and len(self.faults.found) == before:
                rows.order = order
                rows.orders = [orders.get(id(fact.row), -1) for fact in rows.facts]
                found.append(History(rows, self.known.reference, self.faults, life.plan))
        return found

    def _rows(self, plan: str, own: BySheet, life: Life) -> Rows | None:
        """A plan's rows: what was imported before, and what the files add to it."""
        kept = {sheet: self.kept.of(plan, sheet) for sheet in COMPARED}
        if not self._can_be_compared(plan, own, is_kept=bool(kept["plans"])):
            return None
        fresh = {sheet: self._fresh(sheet, plan, own, kept[sheet]) for sheet in COMPARED}
        whole = {sheet: [each.row for each in kept[sheet]] + fresh[sheet] for sheet in COMPARED}
        added = [row for sheet in COMPARED for row in fresh[sheet]]
        if added and life.decided:
            facts = ", ".join(life.decided)
            self.faults.add(added[0].place, "", "decided_since", plan=plan, facts=facts)
        revisions = _revisions(plan, whole["plans"], whole["criteria"], self.faults)
        self._check(plan, fresh, revisions, len(kept["plans"]))
        names = {
            sheet: [RowName(plan, sheet, n) for n in range(1, len(whole[sheet]) + 1)]
            for sheet in COMPARED
        }
        for sheet in COMPARED:
            named = list(zip(names[sheet], whole[sheet], strict=True))
            self.loaded.rows += named[len(kept[sheet]) :]
        contents = self._contents(revisions)
        filing = {number: revision.row for number, revision in revisions.items()}
        return Rows(
            plan,
            filing,
            contents,
            [
                Fact(name, row, contents, filing, self.loaded.texts)
                for name, row in zip(names["facts"], whole["facts"], strict=True)
            ],
            [],
            known_facts=len(kept["facts"]),
            draft=None if kept["plans"] else names["plans"][0],
        )

    def _can_be_compared(self, plan: str, own: BySheet, *, is_kept: bool) -> bool:
        """Are the plan's rows whole, and not about a plan that began in the system?"""
        if plan in self.in_system and not is_kept:
            first = next(row for sheet in COMPARED for row in own[sheet])
            self.faults.add(first.place, "plan", "plan_in_system", plan=plan)
            return False
        if any((sheet, plan) in self.files.spoiled for sheet in COMPARED):
            for row in own["facts"]:
                check_fact(row, self.known, range(1, MOST_REVISIONS), self.faults)
            return False
        if not own["plans"] and not is_kept:
            for sheet in COMPARED:
                for row in own[sheet]:
                    self.faults.add(row.place, "plan", "plan_without_row", plan=plan)
            return False
        return True

    def _fresh(self, sheet: str, plan: str, own: BySheet, kept: list[KeptRow]) -> list[Row]:
        """The further rows of a sheet; a sheet that the files do not hold stays as it was."""
        if sheet not in self.files.sheets:
            return []
        return new_rows(sheet, own[sheet], kept, plan, self.faults)

    def _check(
        self, plan: str, fresh: BySheet, revisions: Mapping[int, Revision], kept: int
    ) -> None:
        for row in fresh["plans"]:
            check_plan(row, self.known, self.faults)
        for row in fresh["criteria"]:
            check_criterion(row, self.known, revisions, self.faults)
            if row.values.get("revision", 1) <= kept:
                self.faults.add(row.place, "revision", "criterion_late", plan=plan)
        for row in fresh["facts"]:
            check_fact(row, self.known, revisions, self.faults)

    def _contents(self, revisions: Mapping[int, Revision]) -> dict[int, Content]:
        texts, reference = self.loaded.texts, self.known.reference
        made = {
            number: content(revision, texts, reference, self.faults)
            for number, revision in revisions.items()
        }
        return {number: each for number, each in made.items() if each is not None}


def _revisions(
    plan: str, rows: list[Row], criteria: list[Row], faults: Faults
) -> dict[int, Revision]:
    """The plan's rows by their number, each with its criteria or, without any, those before it."""
    found: dict[int, Revision] = {}
    own: tuple[Row, ...] = ()
    for number, row in enumerate(rows, 1):
        said = row.values.get("revision", 1)
        if said != number:
            faults.add(row.place, "revision", "revision_out_of_order", plan=plan, wanted=number)
            return found
        named = tuple(c for c in criteria if c.values.get("revision", 1) == number)
        own = named or own
        found[number] = Revision(RowName(plan, "plans", number), row, own)
    return found
