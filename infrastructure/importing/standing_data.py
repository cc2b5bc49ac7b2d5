"""Answers: which reference data and parties do the files bring, new or corrected?"""

from datetime import date

from pydantic import JsonValue, ValidationError

from domain.reference import Reference
from domain.refusals import Refusal
from infrastructure.directory import Parties, Party
from infrastructure.importing.faults import Faults, Place
from infrastructure.importing.reading import Files, Row
from infrastructure.importing.writing import Moment
from infrastructure.reference import Published, publications


def published_by(
    files: Files, reference: Reference, moment: Moment, today: date, faults: Faults
) -> Published:
    contents: dict[str, JsonValue] = {kind: data for kind, (_, data) in files.reference.items()}
    if "meetings" in files.sheets:
        contents["meetings"] = _calendar(files.rows("meetings"), reference, faults)
    published = Published(reference, (), ())
    done: dict[str, JsonValue] = {}
    for kind, data in contents.items():
        try:
            publications(reference, {kind: data}, today, moment.actor)
            done[kind] = data
        except Refusal as refusal:
            place = files.reference.get(kind, (Place(f"{kind}.csv"), None))[0]
            faults.add(place, "", refusal.code, **refusal.facts)
    if done:
        published = publications(reference, done, today, moment.actor, moment.recorded_at)
    bodies = published.reference.body_by_id
    for row in files.rows("meetings"):
        if row.values["body"] not in bodies:
            faults.add(row.place, "body", "unknown_body", body=row.values["body"])
    return published


def _calendar(rows: list[Row], known: Reference, faults: Faults) -> JsonValue:
    """Meeting days by body, ascending: a body's days from its first row to its last are replaced.

    So a file with next year's meetings takes nothing from this year's, or from other bodies.
    """
    days: dict[str, dict[str, int]] = {}
    for row in rows:
        of_body = days.setdefault(row.values["body"], {})
        day = row.values["on"].isoformat()
        if day in of_body:
            faults.add(row.place, "on", "meeting_twice", line=of_body[day])
        of_body[day] = row.place.line
    kept = {body: [day.isoformat() for day in of] for body, of in known.meetings.items()}
    for body, found in days.items():
        first, last = min(found), max(found)
        outside = [day for day in kept.get(body, []) if not first <= day <= last]
        kept[body] = sorted({*outside, *found})
    return {body: list[JsonValue](kept[body]) for body in sorted(kept)}


def parties_of(files: Files, known: Parties, faults: Faults) -> list[Party]:
    """Those that are new or corrected."""
    found = []
    for row in files.rows("directory"):
        values = row.values
        fields = ("id", "kind", "roles", "body", "name", "email", "digest", "note")
        try:
            party = Party.model_validate({n: values[n] for n in fields if n in values})
        except ValidationError as error:
            for each in error.errors():
                column = str(each["loc"][0]) if each["loc"] else ""
                faults.add(row.place, column, "not_valid", detail=each["msg"])
            continue
        if _differs(party, known.by_id.get(party.id)):
            found.append(party)
    return found


def _differs(party: Party, known: Party | None) -> bool:
    own = {"bounced_at", "erased_at", "language"}
    if known is None:
        return True
    if known.erased_at is not None:
        return False
    return party.model_dump(exclude=own) != known.model_dump(exclude=own)
