"""Answers: who acts, and which names come nearest to a mistyped one?"""

import difflib
from collections.abc import Iterable

from cli.access import Access
from cli.options import Lang
from cli.problems import BadUsage, NotFound
from domain.plan.commands import OPERATOR
from infrastructure import tokens
from infrastructure.directory import Directory
from infrastructure.wording.sentences import Names, names_of

TOKEN = "HELHEDSPLAN_TOKEN"  # noqa: S105 - the variable's name


def near(asked: str, known: Iterable[str]) -> list[str]:
    """Up to five names that may have been meant."""
    names = list(known)
    found = difflib.get_close_matches(asked.lower(), names, n=5, cutoff=0.6)
    parts = [name for name in names if asked.lower() in name and name not in found]
    return (found + parts)[:5]


async def names(access: Access, lang: Lang | None = None) -> Names:
    """What ids are called: by the reference data and the directory."""
    parties = await Directory(access.pool).read()
    return names_of(lang or access.lang, await access.plans.reference(), parties.names)


async def acting(access: Access, person: str | None) -> str:
    """The party that acts: as said in a demo, by token in production.

    Nobody named in a demo is the operator, as for a raw Temporal command.
    """
    if access.installation.is_virtual:
        return OPERATOR if person is None else await known_party(access, person)
    token = access.settings.token
    owner = await tokens.owner(access.pool, token) if token else None
    if owner is None:
        raise BadUsage(
            f"Sæt {TOKEN} til dit adgangstegn; `helhedsplan token PERSON` udsteder et nyt;"
            " til den første import: `helhedsplan token operator`.",
            f"Set {TOKEN} to your token; `helhedsplan token PERSON` issues a new one;"
            " for the first import: `helhedsplan token operator`.",
        )
    if person not in (None, owner):
        raise BadUsage(
            f"--as gælder kun i en demo. Dit adgangstegn er udstedt til {owner}; udelad --as.",
            f"--as is for demos only. Your token was issued to {owner}; leave --as out.",
        )
    return owner


async def known_party(access: Access, party: str) -> str:
    """A party of the directory. Raises NotFound with the nearest ids."""
    known = (await Directory(access.pool).read()).by_id
    if party in known:
        return party
    names = near(party, known)
    raise NotFound(
        f"Adressebogen har ingen {party}." + (f" Mente du {', '.join(names)}?" if names else ""),
        f"The directory has no {party}." + (f" Did you mean {', '.join(names)}?" if names else ""),
        near=names,
    )
