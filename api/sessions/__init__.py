"""Session reports: what was done, how it went, how urgent that is, and what it locks."""
