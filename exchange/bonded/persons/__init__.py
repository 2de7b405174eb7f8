"""Persons who count in an exporter's year, over what its zone let out and what markets sold of it."""
