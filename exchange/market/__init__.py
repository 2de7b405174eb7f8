"""Everything that must be atomic with a trade: books, purses, the fence at the order, escrow, entitlements."""
