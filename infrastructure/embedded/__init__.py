"""One program with its own Postgres, Temporal and mail box: for trying, demos and tests."""
