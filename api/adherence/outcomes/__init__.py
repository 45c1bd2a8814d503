"""Outcomes: what is measured to see whether exercise helps, how it changed, and what that asks for."""
