"""Clinicians' clearances of rules, and what ends them."""
