"""`helhedsplan token PERSON`: who a user of the command line is, in production."""

from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.owner import owner_url
from cli.people import known_party
from cli.running import printed, run
from cli.words import word
from domain.plan.commands import OPERATOR
from infrastructure import tokens


def token(
    person: Annotated[str, typer.Argument(metavar="PERSON", help=both("Part", "Party"))],
    is_revoked: Annotated[
        bool, typer.Option("--revoke", help=both("Tag alle tilbage", "Take all of them back"))
    ] = False,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        url = owner_url(access.settings)
        if is_revoked:
            return {"party": person, "revoked": await tokens.revoke(url, person)}
        # A new installation has no parties yet: the operator imports the first ones.
        party = OPERATOR if person == OPERATOR else await known_party(access, person)
        return {"party": party, "token": await tokens.issue(url, party)}

    found = run(asked, work)
    if is_json:
        printed(found)
    elif is_revoked:
        render.line(word(asked.language, "revoked", count=found["revoked"]))
    else:
        render.note(word(asked.language, "token", party=found["party"]))
        render.line(found["token"])


token.__doc__ = both(
    "Udsted et adgangstegn til en person (HELHEDSPLAN_TOKEN), eller tag dem tilbage.",
    "Issue a token to a person (HELHEDSPLAN_TOKEN), or take them back.",
)
