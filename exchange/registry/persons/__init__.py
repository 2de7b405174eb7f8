"""Persons: how many distinct ones product versions hold together, and who splits them up to stay below thresholds."""
