"""The ledger: entries, postings, running and periodic balances, and what is asked and proved of them."""
