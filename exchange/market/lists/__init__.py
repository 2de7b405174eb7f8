"""Published lists as a market was told of them: what they say of a product in a scenario."""
