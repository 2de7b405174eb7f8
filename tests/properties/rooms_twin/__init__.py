"""What is sold beside the books, and what follows any trade, once more and plainly.

It is to be read beside market.md sections 2, 5, 7 and 8 and settlement.md sections 2, 3 and 5. It shares no code with
the market: a command of the market's is what it is asked with, names of facts and of reasons are what it answers with.
"""
