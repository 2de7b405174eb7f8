"""Revenue shares paid from a purse here."""
