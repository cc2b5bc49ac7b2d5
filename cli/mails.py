"""`helhedsplan mails`: what was sent, to whom, and how it reads."""

from email import message_from_bytes, policy
from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.options import Asked, Lang, both
from cli.people import known_party
from cli.problems import NotFound
from cli.running import printed, run
from cli.sending import known_plan
from cli.words import word
from infrastructure.mail.outbox import Kept, Outbox


def mails(
    mail: Annotated[
        str | None,
        typer.Argument(metavar="[MAIL]", help=both("Vis denne ene", "Show this one")),
    ] = None,
    party: Annotated[
        str | None, typer.Option("--to", metavar="PART", help=both("Kun til", "Only to"))
    ] = None,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="PLAN", help=both("Kun om", "Only about"))
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help=both("Højst så mange", "At most so many"))
    ] = 100,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        if mail is not None:
            return await _one(access, mail)
        if plan is not None:
            await known_plan(access, plan)
        if party is not None:
            await known_party(access, party)
        found = await Outbox(access.pool).sent(party, plan, limit + 1)
        return {
            "is_cut": len(found) > limit,
            "mails": [_data(each) for each in found[:limit]],
        }

    found = run(asked, work)
    if is_json:
        printed(found)
    elif mail is not None:
        render.line(f"{found['on']} {found['to']}: {found['subject']}\n")
        render.line(found["text"] or word(asked.language, "erased"))
    else:
        _print(asked.language, found)


mails.__doc__ = both(
    "Mails, der er sendt, de nyeste først; med en mails id vises hele teksten.",
    "Mails that were sent, the newest first; with a mail's id, its whole text.",
)


async def _one(access: Access, mail: str) -> dict[str, Any]:
    kept = await Outbox(access.pool).one(mail)
    if kept is None:
        raise NotFound(
            f"Der er ingen mail {mail}. `helhedsplan mails` viser dem.",
            f"There is no mail {mail}. `helhedsplan mails` lists them.",
        )
    return _data(kept) | {"text": _text(kept.mail.message)}


def _text(message: bytes) -> str | None:
    """The plain text; None when it was erased."""
    part = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if message and part is not None else None


def _data(kept: Kept) -> dict[str, Any]:
    mail = kept.mail
    return {
        "mail": mail.id,
        "on": mail.day.isoformat(),
        "to": mail.party,
        "address": mail.address or None,
        "kind": mail.kind,
        "subject": mail.subject,
        "status": kept.status,
        "settled_at": kept.settled_at.isoformat() if kept.settled_at else None,
        "plans": list(mail.plans),
        "notices": list(mail.notices),
    }


def _print(lang: Lang, found: dict[str, Any]) -> None:
    headings = [word(lang, key) for key in ("day", "to", "subject", "status", "mail")]
    keys = ("on", "to", "subject", "status", "mail")
    rows = [[each[key] for key in keys] for each in found["mails"]]
    render.rows_or_none(lang, headings, rows)
    if found["is_cut"]:
        render.note(word(lang, "cut"))
