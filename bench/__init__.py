"""What the program costs, measured beside the least that it could cost, in the same run."""
