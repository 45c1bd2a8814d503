"""Who may come in: clinics, their clients and staff, and the tokens that clients get."""
