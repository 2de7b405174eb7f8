"""The data plane: how product streams are claimed, written, read back, delivered and hashed."""
