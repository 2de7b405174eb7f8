"""Listings that could be sold nowhere: taken off sale for good, as the market says."""
