"""The bounds of what is written: they are promises, and their errors name them."""

COMMAND_BYTES_MAX = 64 * 1024
"""A command's record value."""
KEY_BYTES_MAX = 256
"""A key that facts take over from their command; a longer one is left out."""
BATCH_BYTES_MAX = 256 * 1024
"""A journal's record batch, and so an outcome."""
RECORD_OVERHEAD_BYTES = 70
"""What a record may take in a batch beyond its key and value."""
SEAL_EVERY_FACTS = 10_000
"""A seal is written when so many facts have come since the last one."""
