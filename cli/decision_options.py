"""The options with which a decision is described, shared by `decide` and `correct`."""

from typing import Annotated

import typer

from cli.options import both
from domain.plan.decision import Basis, Outcome

Body = Annotated[
    str | None, typer.Option("--body", help=both("Organet, fx tmu", "The body, such as tmu"))
]
Meeting = Annotated[
    str | None, typer.Option("--meeting", metavar="DATO", help=both("Mødets dag", "The day"))
]
OutcomeWord = Annotated[
    str | None, typer.Option("--outcome", metavar="RESULTAT", help=", ".join(Outcome))
]
Points = Annotated[
    list[str] | None,
    typer.Option(
        "--point",
        help=both(
            "Punkt; kan gentages. Udeladt: dem, organet har nu",
            "Point; may be repeated. Left out: those that the body has now",
        ),
    ),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", help=both("Som referatet giver den", "As the minutes give it")),
]
NoReason = Annotated[
    bool, typer.Option("--no-reason", help=both("Referatet giver ingen", "The minutes give none"))
]
Votes = Annotated[
    list[str] | None,
    typer.Option(
        "--votes",
        metavar="PARTI:FOR-IMOD-UNDLOD",
        help=both("Stemmer, fx 'Liste A:4-2-1'", "Votes, such as 'Liste A:4-2-1'"),
    ),
]
Condition = Annotated[
    str | None, typer.Option("--condition", help=both("Hvad der skal svares på", "To be answered"))
]
AnswerBy = Annotated[
    str | None,
    typer.Option("--answer-by", metavar="DATO", help=both("Svar senest", "Answer by")),
]
PostponedTo = Annotated[
    str | None,
    typer.Option(
        "--postponed-to",
        metavar="DATO",
        help=both("Udeladt: næste møde", "Left out: the next meeting"),
    ),
]
ReturnedTo = Annotated[
    str | None,
    typer.Option(
        "--returned-to", metavar="TRIN", help=both("draft eller et trin", "draft or a stage")
    ),
]
Minority = Annotated[
    str | None,
    typer.Option(
        "--minority",
        metavar="PARTI:DATO",
        help=both(
            "Mindretalsudtalelse (§ 13), begrundes senest", "Minority statement, reasons due by"
        ),
    ),
]
CallInBy = Annotated[
    str | None,
    typer.Option("--call-in", metavar="PARTI", help=both("Standset (§ 23) af", "Stopped by")),
]
Recused = Annotated[
    list[str] | None,
    typer.Option("--recused", metavar="PERSON", help=both("Inhabil", "Recused")),
]
AmendmentCarried = Annotated[
    list[str] | None,
    typer.Option("--amendment-carried", help=both("Vedtaget ændringsforslag", "Carried")),
]
AmendmentLost = Annotated[
    list[str] | None,
    typer.Option("--amendment-lost", help=both("Forkastet ændringsforslag", "Lost")),
]
Statement = Annotated[
    list[str] | None,
    typer.Option("--statement", help=both("Protokolbemærkning", "Statement in the minutes")),
]
Reservation = Annotated[
    list[str] | None, typer.Option("--reservation", help=both("Forbehold", "Reservation"))
]
Closed = Annotated[
    bool, typer.Option("--closed", help=both("Lukket dagsordenspunkt", "Closed item"))
]
Signed = Annotated[
    bool, typer.Option("--signed", help=both("Referatet er underskrevet", "Minutes are signed"))
]
BasisWord = Annotated[str | None, typer.Option("--basis", metavar="ORD", help=", ".join(Basis))]
Item = Annotated[str | None, typer.Option("--item", help=both("Dagsordenspunkt", "Agenda item"))]
Seat = Annotated[str | None, typer.Option("--seat", help=both("Registreret fra", "Recorded from"))]
CaseNo = Annotated[str | None, typer.Option("--case-number", help=both("Sagsnr.", "Case no."))]
DocumentNo = Annotated[
    str | None, typer.Option("--document-number", help=both("Dokumentnr.", "Document no."))
]
New = Annotated[
    bool,
    typer.Option(
        "--new",
        help=both(
            "En ny beslutning, der afløser den forrige; ikke en rettelse",
            "A new decision that replaces the former; not a correction",
        ),
    ),
]
