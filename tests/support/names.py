"""Names nobody else uses, for tests that share one Kafka or one PostgreSQL."""

import secrets


def unique_name(prefix: str) -> str:
    """`prefix` with a random end: a context, topic, group or database of this test alone."""
    return f"{prefix}-{secrets.token_hex(4)}"
