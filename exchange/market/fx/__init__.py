"""Currencies of a purse, exchanged at a rate that the settlement names."""
