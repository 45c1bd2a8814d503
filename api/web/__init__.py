"""HTTP machinery: everything between a request's bytes and a room's view, and back."""
