"""Resolves Kafka's jars anew and writes their lock: `make lock-jars`."""

import hashlib
import os
import urllib.request

import jgo

from exchange.kernel.errors import Unavailable
from streams.broker.download import certificates, default_repository
from streams.broker.jars import Jar, write_lock

# Kafka itself, and the bridge without which its log messages go nowhere.
ENDPOINTS = ("org.apache.kafka:kafka_2.13:4.3.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4")


def main() -> None:
    """Resolve, download and digest every jar, and write `jars.lock`."""
    found = {
        (artifact.groupId, artifact.artifactId): artifact.version
        for endpoint in reversed(ENDPOINTS)
        for artifact in jgo.resolve(endpoint)
    }
    jars = [_locked(group, artifact, version) for (group, artifact), version in sorted(found.items())]
    write_lock(jars, ENDPOINTS)
    print(f"{len(jars)} jars, {sum(jar.size_bytes for jar in jars) / 1e6:.1f} MB")  # noqa: T201


def _locked(group: str, artifact: str, version: str) -> Jar:
    unknown = Jar(group, artifact, version, 0, "")
    body, published = (_read(unknown.repository_path + suffix) for suffix in ("", ".sha1"))
    if hashlib.sha1(body, usedforsecurity=False).hexdigest() != published.decode().split()[0]:
        raise Unavailable(f"{artifact} {version} arrived other than its repository publishes it; try again")
    return Jar(group, artifact, version, len(body), hashlib.sha256(body).hexdigest())


def _read(path: str) -> bytes:
    address = f"{default_repository().rstrip('/')}/{path}"
    with urllib.request.urlopen(address, timeout=60, context=certificates(os.environ)) as response:
        body: bytes = response.read()
    return body


if __name__ == "__main__":
    main()
