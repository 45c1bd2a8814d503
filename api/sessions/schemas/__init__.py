"""Shapes of reports on the wire: what is asked, and what is answered."""
