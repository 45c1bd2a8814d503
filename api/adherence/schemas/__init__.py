"""Adherence on the wire."""
