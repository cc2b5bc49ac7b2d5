"""What can go wrong at the border of the event store, apart from the outcomes of an append."""


class StoreError(Exception):
    """Every error that the event store raises by itself."""


class BadData(StoreError):
    """The data can never be stored; sending it again is pointless."""

    code = "bad_data"


class StoreUnavailable(StoreError):
    """The store did not answer; sending the same group again is safe, also if it was recorded."""


class SchemaDrift(StoreError):
    """The database or a migration file is not what the other says it is."""
