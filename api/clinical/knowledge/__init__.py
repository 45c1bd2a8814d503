"""The knowledge release: facts, rules, exercises and sources as data, read and checked once."""
