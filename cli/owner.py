"""Answers: how does a command reach the database as its owner, which few may?"""

from cli.problems import BadUsage
from infrastructure.settings import Settings


def owner_url(settings: Settings) -> str:
    """Raises BadUsage where the owner's address was not given."""
    if settings.database_owner_url is None:
        raise BadUsage(
            "Sæt DATABASE_OWNER_URL: kun databasens ejer må det her.",
            "Set DATABASE_OWNER_URL: only the owner of the database may do this.",
        )
    return settings.database_owner_url
