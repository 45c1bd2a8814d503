"""The medicine, readable: the exercises, the facts, the screens, the rules and their sources."""
