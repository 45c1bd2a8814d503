"""Checks: which exercises are safe for what is known, why, and what is missing to be sure."""
