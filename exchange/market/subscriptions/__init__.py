"""Subscriptions: rights that renew period by period out of the purse, at a price plan."""
