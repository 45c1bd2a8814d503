"""Patients, what is known of them and since when."""
