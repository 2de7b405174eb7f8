"""Pooled purchase of line bandwidth: many commit to shares of one line for one month, and the total sets the price.

Source: market.md section 8.
"""
