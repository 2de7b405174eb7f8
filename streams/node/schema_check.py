"""Before a start: does the registry that was configured map ids as avro/ids.json does?"""

import os


async def verify_registry(url: str) -> None:
    """Raises: Misuse naming the first id that differs; Unavailable if nobody answers there."""
    # Loaded only where a registry is configured.
    from streams.external_registry import ExternalRegistry
    from streams.schema_catalogue import Catalogue

    await ExternalRegistry(url, os.environ).verify(Catalogue())
