"""Answers: what is the sender of a refused signal told, since nobody waited for the answer?"""

import json
from typing import Any

import asyncpg

from domain.calendar import local_day
from infrastructure.directory import Party
from infrastructure.mail.letter import Letter, Paragraph
from infrastructure.mail.message import Mail, refusal_mail
from infrastructure.mail.owed import Desk
from infrastructure.plans import plan_id_of
from infrastructure.wording.say import Lang, day, say
from infrastructure.wording.sentences import names_of, refusal_sentence

UNTOLD = """
    select stream, command_id, actor, code, facts::text as facts, at from refusal
    where mail_id is null order by at limit 200
"""
TOLD = "update refusal set mail_id = $3 where stream = $1 and command_id = $2"


async def untold(pool: asyncpg.Pool) -> list[Any]:
    """Refusals that nobody was told of."""
    return list(await pool.fetch(UNTOLD))


async def told(pool: asyncpg.Pool, refusal: Any, mail: Mail) -> None:
    await pool.execute(TOLD, refusal["stream"], refusal["command_id"], mail.id)


def mail_about(desk: Desk, refusal: Any) -> Mail | None:
    """To the sender; to the office when the sender has no address; None when nobody has one."""
    office = desk.parties.office
    fallback = office if office is not None and office.is_reachable else None
    recipient = desk.parties.recipient(refusal["actor"]) or fallback
    if recipient is None:
        return None
    on = local_day(refusal["at"])
    about = f"{refusal['stream']}/{refusal['command_id']}"
    return refusal_mail(desk, recipient, _letter(desk, recipient, refusal), on, about)


def _letter(desk: Desk, recipient: Party, refusal: Any) -> Letter:
    lang: Lang = recipient.language
    plan_id = plan_id_of(refusal["stream"])
    plan = desk.plans.get(plan_id)
    title = plan.content.title if plan else plan_id
    case = plan.content.case_number if plan else "–"
    names = names_of(lang, desk.reference, desk.parties.names)
    facts: dict[str, Any] = json.loads(refusal["facts"])
    link = f"{desk.base_url.rstrip('/')}/plans/{plan_id}"
    return Letter(
        lang=lang,
        subject=say(lang, "mail.refused.subject", plan=title, case=case),
        greeting=(say(lang, "mail.dear", name=recipient.name),),
        parts=(
            Paragraph(
                say(lang, "mail.refused.what", plan=title, on=day(lang, local_day(refusal["at"])))
            ),
            Paragraph(refusal_sentence(lang, refusal["code"], facts, names)),
            Paragraph(say(lang, "mail.refused.todo", link=link)),
        ),
        closing=(say(lang, "mail.regards"), say(lang, "mail.from_system")),
    )
