"""Practice variation: what clinicians prescribe beside what would have been proposed, for patients alike."""
