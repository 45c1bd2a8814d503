"""A simulated cohort of which the truth is known: who trained when, and what was told of it."""
