"""Requests for quotation: a buyer says what it wants, sellers quote, and what it awards becomes a trade."""
