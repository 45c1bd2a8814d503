"""What is safe to do, and what to ask next."""
