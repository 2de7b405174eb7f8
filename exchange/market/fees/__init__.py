"""What the exchange and brokers take, by a dated schedule."""
