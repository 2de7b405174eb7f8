"""Bonded processing: raw data from abroad, accounted for to the last record until nothing of it is left."""
