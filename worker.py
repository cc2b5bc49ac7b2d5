"""Composes one worker process: settings, engine, store, activities and workflows."""
