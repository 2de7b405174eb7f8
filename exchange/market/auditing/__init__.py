"""What must be true of a market whatever it is asked, looked at by whoever leads while it folds each outcome."""
