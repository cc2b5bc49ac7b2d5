"""What parties are owed by mail: gathered, written, sent, recorded and accounted for."""
