"""The same work done with what others would take."""
