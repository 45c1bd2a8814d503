"""The rule book: a release written out for clinicians to read and sign."""
