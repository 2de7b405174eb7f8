"""What a zone is told of the world outside that its exports rest on: attestations, published lists, split groups."""
