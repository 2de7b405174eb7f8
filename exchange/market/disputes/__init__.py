"""Purchases in dispute: money held, evidence from both sides, an agreement or a panel's ruling."""
