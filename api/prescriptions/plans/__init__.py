"""The plan of a patient on a day, and the check before a session."""
