"""Reading journals, command topics and streams as people do: the last few, from a time on, as they come."""
