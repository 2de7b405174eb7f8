"""Settlement: currencies exchanged, payables netted and paid, bank statements reconciled, revenue shared."""
