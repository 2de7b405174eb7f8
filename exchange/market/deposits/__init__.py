"""Money that a bank had said nothing of, and that operators found to be a participant's."""
