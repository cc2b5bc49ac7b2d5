"""The event store: what is appended, read, checked and rebuilt in Postgres."""
