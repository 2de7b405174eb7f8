"""Our side of each comparison: the very classes that a worker runs, started alone."""
