"""Prescriptions on the wire."""
