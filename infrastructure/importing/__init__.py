"""Reads plans, parties and reference data from files, and appends them in one transaction."""
