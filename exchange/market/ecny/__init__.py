"""Mainland digital cash beside CNY: at par, in purses and a ledger of its own."""
