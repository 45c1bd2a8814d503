"""Data points of devices, as IEEE 1752.1 and Open mHealth have them, read as reports, facts, or kept."""
