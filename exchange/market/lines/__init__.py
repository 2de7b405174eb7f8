"""What physical lines promise, how good they were, what buyers get back where that was less, and other ways round.

Source: scenarios.md SC-13, market.md sections 3 and 7.
"""
