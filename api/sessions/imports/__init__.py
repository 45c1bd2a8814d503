"""Imports: files of reports, filed by the worker block by block."""
