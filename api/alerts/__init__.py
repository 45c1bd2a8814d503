"""Alerts: what a clinician has to look at, by when, and what came of it."""
