"""Events out: the log of what happened, and its delivery to other systems."""
