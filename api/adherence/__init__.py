"""Adherence and outcomes: how treatment is going."""
