"""Measurements behind decisions, run by hand."""
