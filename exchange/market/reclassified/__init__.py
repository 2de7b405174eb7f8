"""Product versions that turned out to be other data than their listings said, as the registry tells it."""
