"""Surefoot: a clinician-facing REST API for safe exercise in peripheral neuropathy."""
