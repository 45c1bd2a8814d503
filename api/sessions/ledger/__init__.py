"""The ledger: what became of every red flag, and the proof that none was lost."""
