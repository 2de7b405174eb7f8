"""Words that the command line knows without loading what they stand for."""

CONTEXTS = ("registry", "market", "delivery", "bonded")
"""The same as `streams.vocabulary.CONTEXTS`, as a test sees to: `--help` needs no more of a context than its name."""
