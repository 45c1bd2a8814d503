"""Reports in bulk: many in one request, what was put aside of them, and what is on file."""
