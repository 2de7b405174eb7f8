"""Cash on its way from a participant's purse in one market to its purse in another."""
