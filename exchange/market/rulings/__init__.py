"""Rulings of the counter: for what the fence asks people to look at, they have looked, and let it pass."""
