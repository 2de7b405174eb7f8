"""What takes part in one node that is up: all of it runs in one process, on the same node."""
