"""What a patient takes home: a signed revision as a page and as a PDF, and whether it still counts."""
