"""One working example of every command, in an order in which they all work on the demo's first day.

Each is what `--file` would hold; texts stand as they are written. A test plays them in turn.
"""

from dataclasses import dataclass, field
from typing import Any

NEW = "bakkegaarden"
"""A made-up plan that the examples draft and take on its way."""

CONTENT: dict[str, Any] = {
    "title": "Bakkegården",
    "case_number": "2013-900001",
    "lead": "fsb",
    "organisations": ["fsb"],
    "administrator": "eksempel-administration",
    "case_officer": "p-0001",
    "area": "bispebjerg",
    "estates": ["Bakkegården I", "Bakkegården II"],
    "administrations": ["tmf", "suf"],
    "period": {"start": "2014-08-01", "end": "2018-07-31"},
    "intervention_areas": ["children", "health"],
    "goals": [{"goal": "goal-1", "how": "Flere børn og unge i fritidslivet."}],
    "criteria": [
        {
            "id": "children",
            "goal": "goal-1",
            "indicator": "Børn og unge i fritidstilbud",
            "unit": "procent",
            "baseline": "35",
            "target": "60",
        }
    ],
    "budget_oere": 1_200_000_000,
    "funding": [
        {"source": "lbf", "amount_oere": 900_000_000},
        {"source": "pool", "amount_oere": 150_000_000},
        {"source": "housing_organisation", "amount_oere": 150_000_000},
    ],
}
FORUM = {
    "body": "forum-bispebjerg",
    "meeting_on": "2013-09-05",
    "agenda_item": "3",
    "seat": "Forumsekretæren",
}


@dataclass(frozen=True, slots=True)
class Example:
    """`helhedsplan do <plan> <command> --file <content>`."""

    command: str
    plan: str
    content: dict[str, Any] = field(default_factory=dict)


def _ruling(point: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {"point": point, "outcome": outcome} | more


EXAMPLES = (
    Example("draft", NEW, {"on": "2013-08-01", "content": CONTENT}),
    Example(
        "revise", NEW, {"on": "2013-08-10", "content": CONTENT | {"title": "Bakkegården og Bakken"}}
    ),
    Example(
        "record_prequalification",
        NEW,
        {
            "on": "2013-08-12",
            "parts": ["description", "form", "key_figures", "budget_estimate", "recommendation"],
            "is_approved": True,
            "document_number": "2013-900002",
        },
    ),
    Example(
        "record_residents_vote",
        NEW,
        {"on": "2013-08-13", "estate": "Bakkegården I", "votes_for": 61, "votes_against": 12},
    ),
    Example("record_organisation_approval", NEW, {"on": "2013-08-14", "organisation": "fsb"}),
    Example(
        "submit",
        NEW,
        {
            "on": "2013-08-15",
            "committees": ["tmu", "sou"],
            "committees_reason": "Indsatserne rører børn og sundhed.",
        },
    ),
    Example(
        "record_decision",
        NEW,
        {
            "sitting": FORUM,
            "rulings": [
                _ruling("content", "approved"),
                _ruling("contract/children", "approved"),
                _ruling("contract/health", "approved"),
            ],
        },
    ),
    Example(
        "correct_entry",
        NEW,
        {
            "decision": "d1",
            "sitting": FORUM | {"agenda_item": "4"},
            "ruling": _ruling("content", "approved"),
            "reason": "Punktets nummer var skrevet forkert af.",
        },
    ),
    Example("sign_minutes", NEW, {"body": "forum-bispebjerg", "meeting_on": "2013-09-05"}),
    Example(
        "file_paper",
        NEW,
        {
            "document_number": "2013-900003",
            "points": ["content", "lbf", "money"],
            "places": [
                {"body": "tmu", "meeting_on": "2013-10-21"},
                {"body": "sou", "meeting_on": "2013-10-23"},
                {"body": "oeu", "meeting_on": "2013-11-12"},
                {"body": "br", "meeting_on": "2013-11-21"},
            ],
        },
    ),
    Example(
        "waive_point",
        NEW,
        {"point": "contract/health", "reason": "Indsatsen rører ikke kommunens kerneopgaver."},
    ),
    Example("find_in_force", NEW, {"point": "contract/children", "document_number": "2012-900004"}),
    Example(
        "record_decision",
        NEW,
        {
            "sitting": {"body": "tmu", "meeting_on": "2013-09-30", "agenda_item": "7"},
            "rulings": [
                _ruling(
                    "content",
                    "approved_with_condition",
                    condition="Budgettet for fritidstilbud vedlægges.",
                    reason="Udvalget savner tallene for fritidstilbuddene.",
                    answer_by="2013-10-14",
                )
            ],
        },
    ),
    Example("answer_condition", NEW, {"decision": "d4", "answer": "Budgettet er lagt på sagen."}),
    Example(
        "change_route", NEW, {"route": "2007", "reason": "Sagen tages i fire udvalg på én gang."}
    ),
    Example(
        "record_decision",
        NEW,
        {
            "sitting": {"body": "sud", "meeting_on": "2013-09-18", "agenda_item": "5"},
            "rulings": [
                _ruling(
                    "contribution-sud",
                    "approved",
                    votes=[
                        {"party": "Liste A", "votes_for": 4},
                        {"party": "Liste B", "votes_against": 2},
                    ],
                    call_in={"party": "Liste B"},
                )
            ],
        },
    ),
    Example("withdraw_call_in", NEW, {"decision": "d5"}),
    Example(
        "change",
        NEW,
        {
            "content": CONTENT | {"title": "Bakkegården og Bakken", "estates": ["Bakkegården I"]},
            "reason": "Den ene afdeling er ikke længere med.",
            "document_number": "2013-900005",
        },
    ),
    Example("add_remark", NEW, {"remark": "Organisationen er ringet op om udvalgsmødet."}),
    Example("assign_case_officer", NEW, {"case_officer": "p-0003"}),
    Example("change_administrator", NEW, {"administrator": "tegl-administration"}),
    Example("suspend", NEW, {"reason": "Afventer ny boligorganisation."}),
    Example("resume", NEW),
    Example("withdraw", NEW, {"reason": "Organisationen søger i stedet næste år."}),
    Example("send_to_lbf", "stikkelsbaerhaven", {"document_number": "2013-900006"}),
    Example(
        "record_lbf_refusal",
        "stikkelsbaerhaven",
        {"document_number": "2013-900007", "reason": "Midlerne er opbrugt i år."},
    ),
    Example(
        "record_lbf_commitment",
        "amagerbro",
        {"amount_oere": 900_000_000, "document_number": "2013-900008"},
    ),
    Example(
        "submit_report",
        "primulahaven",
        {"year": 2012, "artefact": "account", "document_number": "2013-900009"},
    ),
    Example(
        "return_report",
        "primulahaven",
        {
            "year": 2012,
            "artefact": "account",
            "remarks": "Bilag 3 mangler.",
            "answer_by": "2013-10-29",
        },
    ),
    Example(
        "extend_report",
        "primulahaven",
        {
            "year": 2012,
            "artefact": "account",
            "until": "2013-11-15",
            "document_number": "2013-900010",
        },
    ),
    Example("accept_report", "anemonehaven", {"year": 2012, "artefact": "account"}),
    Example(
        "extend",
        "nv-life",
        {
            "end": "2016-12-31",
            "reason": "Resterne bruges til en overgang.",
            "document_number": "2013-900011",
        },
    ),
    Example("terminate", "urbanplanen", {"reason": "Boligafdelingen nedlægges."}),
    Example("lapse", "brombaerhaven", {"reason": "Forummet nåede aldrig at behandle den."}),
    Example("name_successor", "syrenhaven", {"successor": "ribsgaarden"}),
    Example("submit_final_account", "syrenhaven", {"document_number": "2013-900012"}),
    Example("accept_final_account", "liljehaven", {"spent_oere": 551_234_500}),
    Example("submit_report", "rosenhaven", {"year": 2013, "artefact": "account"}),
    Example("submit_report", "rosenhaven", {"year": 2013, "artefact": "goals"}),
    Example("close", "rosenhaven"),
)


def example_of(command: str) -> Example | None:
    """The first example of a command."""
    return next((each for each in EXAMPLES if each.command == command), None)
