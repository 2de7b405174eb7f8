"""Safeguards as a market was told of them: which legal tools a pair's crossing is decided with."""
