"""Currencies exchanged at a custodian bank's quote."""
