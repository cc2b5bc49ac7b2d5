"""Answers: who is behind an id, how are they reached, and who fills a role today?

Names and addresses live only here, where they can be corrected and erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import asyncpg
from pydantic import Field, StringConstraints

from domain.plan.content import PersonId
from domain.reference import Role
from domain.values import Label, Slug, Value

PartyKind = Literal["organisation", "administrator", "person", "secretariat", "office"]
Address = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
    ),
]
"""A plain ASCII address; anything else is refused when it is entered, not when it is needed."""

ERASED = "[slettet]"
ALL = """
select id, kind, roles, body, name, email, digest, language, note, bounced_at, erased_at
from directory order by id
"""
# A new address is worth trying again; an erased person stays erased.
PUT = """
insert into directory as d (id, kind, roles, body, name, email, digest, language, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do update set
    kind = excluded.kind, roles = excluded.roles, body = excluded.body, name = excluded.name,
    email = excluded.email, digest = excluded.digest, language = excluded.language,
    note = excluded.note,
    bounced_at = case when d.email is distinct from excluded.email then null else d.bounced_at end
where d.erased_at is null
"""
MARK = "update directory set bounced_at = $2 where id = $1 and bounced_at is null"
CHOOSE = "update directory set digest = $2 where id = $1 and erased_at is null"
ERASE = """
update directory set name = $2, email = null, note = '', roles = '{}', erased_at = $3
where id = $1 and erased_at is null returning true
"""
ERASE_MAIL = "update mail set subject = $2, address = null, message = null where party = $1"


class Party(Value):
    """One row of the directory."""

    id: PersonId
    kind: PartyKind
    roles: tuple[Role, ...] = ()
    body: Slug | None = None
    name: Label
    email: Address | None = None
    digest: Literal["daily", "weekly"] = "daily"
    language: Literal["da", "en"] = "da"
    note: Annotated[str, Field(max_length=500)] = ""
    bounced_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def is_reachable(self) -> bool:
        return self.email is not None and self.bounced_at is None

    @property
    def is_person(self) -> bool:
        return self.kind == "person"


def party_of_row(row: Mapping[str, str]) -> Party:
    """A party from the columns of `directory.csv`; raises pydantic's ValidationError."""
    cells = {key: value.strip() for key, value in row.items() if value and value.strip()}
    roles = [role.strip() for role in cells.pop("roles", "").split(";") if role.strip()]
    return Party.model_validate({**cells, "roles": roles})


@dataclass(frozen=True, slots=True)
class Parties:
    """The directory as it was at one moment."""

    by_id: Mapping[str, Party]

    @property
    def names(self) -> dict[str, str]:
        return {party.id: party.name for party in self.by_id.values()}

    @property
    def office(self) -> Party | None:
        """The case office, whose mailbox gets the answers."""
        return next((p for p in self.by_id.values() if p.kind == "office"), None)

    def resolve(self, token: str) -> tuple[Party, ...]:
        """Who a party id or a token (`role:head_of_office`, `role:secretary/<body>`) stands for."""
        if not token.startswith("role:"):
            party = self.by_id.get(token)
            return (party,) if party else ()
        role, _, body = token.removeprefix("role:").partition("/")
        return tuple(
            party
            for party in self.by_id.values()
            if role in party.roles and (party.body or "") == body and party.erased_at is None
        )

    def tokens_of(self, party: str) -> frozenset[str]:
        """Every id and token that stands for a party: whose tasks and mails are its own."""
        known = self.by_id.get(party)
        roles = known.roles if known else ()
        filled = {f"role:{r}/{known.body}" if known and known.body else f"role:{r}" for r in roles}
        return frozenset({party} | filled)

    def recipient(self, token: str) -> Party | None:
        """The first of them who can be reached."""
        return next((party for party in self.resolve(token) if party.is_reachable), None)


class Directory:
    """The table `directory`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._seen: dict[str, tuple[Any, Party]] = {}

    async def read(self) -> Parties:
        """Everybody, as it is now; a row that has not changed is not checked again."""
        rows: list[Any] = await self._pool.fetch(ALL)
        before, self._seen = self._seen, {}
        for row in rows:
            known = before.get(row["id"])
            if known is None or known[0] != row:
                known = row, Party.model_validate(dict(row))
            self._seen[row["id"]] = known
        return Parties({party_id: party for party_id, (_, party) in self._seen.items()})

    async def put(self, parties: Iterable[Party]) -> None:
        """Add or correct parties, all or none."""
        rows = [
            (p.id, p.kind, list(p.roles), p.body, p.name, p.email, p.digest, p.language, p.note)
            for p in parties
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.executemany(PUT, rows)

    async def mark_bounced(self, party: str, at: datetime) -> None:
        """The address does not take mail: it is not tried again until it has been corrected."""
        await self._pool.execute(MARK, party, at)

    async def choose_digest(self, party: str, digest: Literal["daily", "weekly"]) -> None:
        await self._pool.execute(CHOOSE, party, digest)

    async def erase(self, party: str, at: datetime) -> bool:
        """Forget a person and what was written to them; the log knows only the id."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ERASE_MAIL, party, ERASED)
            return await connection.fetchval(ERASE, party, ERASED, at) is True
