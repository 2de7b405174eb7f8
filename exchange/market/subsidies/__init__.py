"""Subsidies paid into a purse here."""
