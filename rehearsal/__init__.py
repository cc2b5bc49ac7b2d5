"""Plays plans with skipped time on the real engine: rehearsals, and a demo's calendar."""
