"""`helhedsplan migrate`: bring the database to the newest schema."""

import asyncio

import asyncpg

from cli import options, render
from cli.access import find_settings
from cli.options import Asked, both
from cli.owner import owner_url
from cli.problems import Problem
from cli.running import AWAY, away, guarded, printed
from cli.words import word
from infrastructure.event_store.errors import SchemaDrift
from infrastructure.event_store.migrations import migrate as bring_up
from infrastructure.logging import configure_logging


def migrate(
    data: options.Data = None, lang: options.Language = None, is_json: options.Json = False
) -> None:
    asked = Asked(data, lang, is_json)
    configure_logging("WARNING")
    with guarded(asked):
        found, _ = find_settings(asked)
        try:
            names = asyncio.run(bring_up(owner_url(found)))
        except SchemaDrift as error:
            raise Problem(
                f"Skemaet er ændret i hånden: {error}", f"Schema drift: {error}"
            ) from error
        except (*AWAY, asyncpg.PostgresError) as error:
            raise away("Postgres", "Postgres") from error
    if is_json:
        printed({"applied": names})
    else:
        key = "migrated" if names else "up_to_date"
        render.line(word(asked.language, key, names=", ".join(names)))


migrate.__doc__ = both(
    "Bring databasen til det nyeste skema.", "Bring the database to the newest schema."
)
