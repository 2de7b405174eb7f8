"""The management body: who sits for each constituency, and what it takes for them to decide."""
