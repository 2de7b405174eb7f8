"""Credit for participants that pay later."""
