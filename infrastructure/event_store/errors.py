"""What can go wrong at the border of the event store, apart from the outcomes of an append."""

import asyncpg

LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    # Neither of the above, and what asyncpg raises when a session ends at the wrong moment
    # (MagicStack/asyncpg#1069).
    asyncpg.InternalClientError,
)
"""What drivers raise when the database is away, going away, or coming back."""


class StoreError(Exception):
    """Every error that the event store raises by itself."""


class BadData(StoreError):
    """The data can never be stored; sending it again is pointless."""

    code = "bad_data"


class StoreUnavailable(StoreError):
    """The store did not answer; sending the same group again is safe, also if it was recorded."""


class SchemaDrift(StoreError):
    """The database or a migration file is not what the other says it is."""
