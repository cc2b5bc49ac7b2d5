"""The command line's own words: headings and notes; everything about plans is said elsewhere."""

from cli.options import Lang

WORDS: dict[str, tuple[str, str]] = {
    "plan": ("Plan", "Plan"),
    "title": ("Titel", "Title"),
    "area": ("Område", "Area"),
    "state": ("Tilstand", "State"),
    "start": ("Start", "Start"),
    "end": ("Slut", "End"),
    "approved": ("Godkendt i BR", "Approved by BR"),
    "funding": ("Midler", "Funding"),
    "pool": ("puljen", "pool"),
    "other": ("andre", "other"),
    "count": ("{count} planer den {as_of}", "{count} plans on {as_of}"),
    "forecast": (" (forventeligt)", " (expected)"),
    "none": ("Ingen.", "None."),
    "package": ("Beslutningspakken", "The package of decisions"),
    "point": ("Punkt", "Point"),
    "status": ("Status", "Status"),
    "next": ("Næste skridt", "Next step"),
    "deadlines": ("Kommende frister", "Dates ahead"),
    "due": ("Frist", "Due"),
    "what": ("Hvad", "What"),
    "who": ("Hvem", "Who"),
    "why": ("Hvorfor", "Why"),
    "money": ("Penge", "Money"),
    "budget": ("Ramme", "Frame"),
    "released": ("Kommunens penge frigivet", "Municipal money released"),
    "committed": ("Tilsagn fra Landsbyggefonden", "LBF's commitment"),
    "spent": ("Brugt", "Spent"),
    "source_lbf": ("Landsbyggefonden", "LBF"),
    "source_pool": ("Puljen", "The pool"),
    "source_municipal": ("Kommunen i øvrigt", "The municipality otherwise"),
    "source_housing_organisation": ("Boligorganisationen", "The housing organisation"),
    "source_other": ("Andre", "Others"),
    "goals": ("Mål og succeskriterier", "Goals and success criteria"),
    "decisions": ("Beslutninger", "Decisions"),
    "decision": ("Nr.", "No."),
    "body": ("Organ", "Body"),
    "meeting": ("Møde", "Meeting"),
    "outcome": ("Resultat", "Outcome"),
    "reason": ("Begrundelse", "Reason"),
    "no_reason": ("referatet giver ingen", "the minutes give none"),
    "erased": ("(slettet)", "(erased)"),
    "papers": ("Indstillinger", "Papers"),
    "document": ("Dokument", "Document"),
    "places": ("Til møder", "For meetings"),
    "timeline": ("Tidslinje", "Time line"),
    "day": ("Dag", "Day"),
    "stated": ("(oplyst, ikke bevidnet)", "(stated, not witnessed)"),
    "inbox": ("Indbakke {today}", "Inbox {today}"),
    "consequence": ("Sker der intet,", "If nobody acts,"),
    "since": ("Siden", "Since"),
    "send_on": ("Sendes", "Goes out"),
    "to": ("Til", "To"),
    "subject": ("Emne", "Subject"),
    "mail": ("Mail", "Mail"),
    "party": ("Part", "Party"),
    "all_accounted": (
        "Alt, der er forfaldet, er der gjort rede for.",
        "Everything that was due is accounted for.",
    ),
    "code": ("Kode", "Code"),
    "actor": ("Afsender", "Sender"),
    "at": ("Tidspunkt", "When"),
    "refused": ("afvist", "refused"),
    "sound": ("Loggen er hel.", "The log is sound."),
    "unsound": ("Loggen er IKKE hel: {count} fejl.", "The log is NOT sound: {count} faults."),
    "checked": (
        "{events} hændelser, {streams} strømme, {texts} tekster ({erased} slettede), {rows} rækker",
        "{events} events, {streams} streams, {texts} texts ({erased} erased), {rows} rows",
    ),
    "head": ("Hoved: {position} {head}", "Head: {position} {head}"),
    "rebuilt": (
        "Bygget op igen af {events} hændelser.",
        "Built again from {events} events.",
    ),
    "rows_changed": (
        "{table}: {removed} rækker fjernet, {written} skrevet",
        "{table}: {removed} rows removed, {written} written",
    ),
    "migrated": ("Kørt: {names}", "Applied: {names}"),
    "up_to_date": ("Skemaet er det nyeste.", "The schema is the newest."),
    "imported": (
        (
            "Importeret: {plans} planer med {events} hændelser, {parties} parter, {reference} slags"
            " grunddata; uændret: {unchanged} planer."
        ),
        (
            "Imported: {plans} plans with {events} events, {parties} parties, {reference} kinds of"
            " reference data; unchanged: {unchanged} plans."
        ),
    ),
    "flagged": (
        "{count} fakta bryder nutidens regler; de er importeret, som de skete:",
        "{count} facts break today's rules; they were imported as they happened:",
    ),
    "cut": ("Der er flere; vis dem med --json eller --limit.", "There are more: --json, --limit."),
    "breaches": (
        "Importeret, som det skete, men imod nutidens regler",
        "Imported as it happened, but against today's rules",
    ),
    "flags_cut": ("Der er flere; vis dem alle med --json.", "There are more: --json shows all."),
    "nothing_new": ("Intet nyt.", "Nothing new."),
    "token": (
        "Adgangstegn til {party}; det vises kun denne ene gang:",
        "Token of {party}; it is shown this once only:",
    ),
    "revoked": ("{count} adgangstegn taget tilbage.", "{count} tokens taken back."),
}


def word(lang: Lang, key: str, **facts: object) -> str:
    """A word in a language, its placeholders filled."""
    return WORDS[key][lang == "en"].format_map(facts)
