"""How the domain meets Postgres, Temporal, mail, the clock and the machine."""
