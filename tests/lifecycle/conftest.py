"""The shipped rehearsal of the eighteen plans, and some of them with nothing in their way."""

import json
from pathlib import Path

import pytest

from infrastructure.temporal import settle
from rehearsal.lives import Life, SentMail
from rehearsal.play import Rehearsal, Wanted, rehearse

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "koebenhavn"
SCRIPT = ROOT / "examples" / "rehearsals" / "the-eighteen.json"
DISTURBED = frozenset(json.loads(SCRIPT.read_text(encoding="utf-8"))["plans"])


@pytest.fixture(scope="session")
async def eighteen() -> Rehearsal:
    """Eighteen plans, four years each, with all that the script does to them."""
    found = await rehearse(Wanted(path=SAMPLE, script=SCRIPT))
    await settle()
    return found


@pytest.fixture(scope="session")
async def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The plans that the script disturbs, at the same pace and as expected."""
    whole = json.loads(SCRIPT.read_text(encoding="utf-8"))
    script = tmp_path_factory.mktemp("scripts") / "undisturbed.json"
    script.write_text(json.dumps({"pace": whole["pace"]}))
    found = await rehearse(Wanted(path=SAMPLE, script=script, plans=DISTURBED))
    await settle()
    return found


def life(rehearsal: Rehearsal, plan: str) -> Life:
    return next(each for each in rehearsal.lives if each.plan == plan)


def mails_about(rehearsal: Rehearsal, plan: str, notice: str) -> list[SentMail]:
    """Mails about notices whose id begins so."""
    return [mail for mail in life(rehearsal, plan).mails if mail.notice.startswith(notice)]
