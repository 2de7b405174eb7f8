"""Auctions without a book: sealed ones with commit and reveal, and Dutch ones. Source: market.md section 5."""
