"""Data in a business zone that is a product version of the exchange, and follows what that turns out to be."""
