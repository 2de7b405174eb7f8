"""Is everything as it must be? Looks at all of it, changes nothing, and says what would mend it."""
