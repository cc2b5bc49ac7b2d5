"""The plan: one aggregate, read in the order content, decision, events, state, evolve, decide."""
