"""Product versions that turn out to be other data than was described, and all that was made from them."""
