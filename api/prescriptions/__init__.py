"""Prescriptions: dosed drafts, a gate in front of the signature, and revisions that never change."""
