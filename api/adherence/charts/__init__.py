"""Adherence to look at: the strip of weeks, tables for a spreadsheet, and the page of a clinician."""
