"""Persons an exporter has let out in a calendar year: counted as a union, never summed, and split by nobody."""
