"""The medicine: pure functions over frozen values, and the knowledge they read."""
