"""Published lists: what zones except from their exporters' duties, or keep under them, version by version."""
