"""Outcomes on the wire."""
