"""Subsidies: programmes that sponsors fund, and what of a claim the cap and the fund let pay."""
