"""A node in one file: taken from a running exchange, checked, and made into a node again."""
