"""Corridor: an event-sourced exchange for data products."""
