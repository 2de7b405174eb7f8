"""Purchases from their trade to the last word on them, and what may be given back after it."""
