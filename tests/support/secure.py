"""A Kafka that lets in whom it knows: one broker with a listener for every security protocol, and its certificates."""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from streams.broker import process
from streams.broker.answer import cluster_id_at
from streams.broker.download import ensure_jars
from streams.broker.java import find_java
from streams.broker.layout import Identity, Layout, new_cluster_id, server_properties
from streams.broker.ports import LOOPBACK, free_port
from tests.support.waiting import eventually

USER, PASSWORD = "exchange", "Sesame-4711=#!"
GUEST = "guest"
"""Has the same password, and no rights."""
_START_S_MAX = 180.0
_ON_TOPICS = (
    AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS,
)  # fmt: skip
_LISTENERS = {"SECURE": "SASL_SSL", "MUTUAL": "SSL", "NAMED": "SASL_PLAINTEXT", "PLAINTEXT": "PLAINTEXT"}


class Authority:
    """Issues certificates, as PEM files in a directory."""

    def __init__(self, directory: Path, name: str) -> None:
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _named(name)
        self._directory = directory
        self.ca = directory / f"{name}.pem"
        certificate = _certificate(self._name, self._name, self._key.public_key(), ca=True)
        self._write(self.ca, [certificate.sign(self._key, hashes.SHA256())])

    def issue(self, name: str, key_password: bytes | None = None) -> tuple[Path, Path]:
        """A certificate of 127.0.0.1, and the file of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))])
        certificate = _certificate(_named(name), self._name, key.public_key()).add_extension(
            host, critical=False
        )
        files = self._directory / f"{name}.crt", self._directory / f"{name}.key"
        self._write(files[0], [certificate.sign(self._key, hashes.SHA256())])
        files[1].touch(mode=0o600)
        encryption = serialization.BestAvailableEncryption(key_password) if key_password else _UNENCRYPTED
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, _PKCS8, encryption))
        return files

    def _write(self, file: Path, certificates: Sequence[x509.Certificate]) -> None:
        file.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates))


_PKCS8, _UNENCRYPTED = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool = False
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )


class SecureKafka:
    """One broker. Shape: `servers` of a listener by its name in `_LISTENERS`; `authority` issued what it shows."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self.authority = Authority(directory, "ca")
        self._ports = {name: free_port() for name in _LISTENERS}
        self._layout = Layout(directory / "kafka")
        self._layout.directory.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    def servers(self, listener: str) -> str:
        """Where a listener answers."""
        return f"{LOOPBACK}:{self._ports[listener]}"

    async def start(self) -> None:
        """Format with the one user, start, and wait until it answers."""
        jar_directory, jars = ensure_jars()
        identity = Identity(new_cluster_id(), self._ports["PLAINTEXT"], free_port())
        self._layout.write_properties({**server_properties(identity), **self._security(identity)})
        kafka = process.Kafka(self._layout, find_java(), jars, jar_directory)
        known = [f"SCRAM-SHA-256=[name={name},password={PASSWORD}]" for name in (USER, GUEST)]
        kafka.format(identity.cluster_id, users=known)
        self._process = kafka.spawn()
        await eventually(self._answers, _START_S_MAX)
        await asyncio.to_thread(self._allow)

    def stop(self) -> None:
        """End it; its data is nobody's any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _allow(self) -> None:
        """Give the user the rights of docs/operating.md, and no others."""
        topic, group, literal, prefixed = (
            ResourceType.TOPIC, ResourceType.GROUP, ResourcePatternType.LITERAL, ResourcePatternType.PREFIXED,
        )  # fmt: skip
        wanted = [
            *(
                (topic, f"{name}.", prefixed, _ON_TOPICS)
                for name in ("registry", "market", "delivery", "bonded", "settlement", "stream")
            ),
            (topic, "exchange.identity", literal, _ON_TOPICS),
            (group, "corridor-deciders", literal, (AclOperation.READ,)),
            (group, "corridor-projections", literal, (AclOperation.READ,)),
        ]
        rights = [
            AclBinding(kind, name, pattern, f"User:{USER}", "*", operation, AclPermissionType.ALLOW)
            for kind, name, pattern, operations in wanted
            for operation in operations
        ]
        admin = AdminClient({"bootstrap.servers": self.servers("PLAINTEXT"), "log_level": 0})
        for done in admin.create_acls(rights).values():
            done.result()

    async def _answers(self) -> str | None:
        assert self._process is not None
        assert self._process.poll() is None, process.why(self._layout, 0)
        return await cluster_id_at(self.servers("PLAINTEXT"))

    def _security(self, identity: Identity) -> Mapping[str, object]:
        certificate, key = self.authority.issue("broker")
        whole = self._layout.directory / "broker.pem"
        whole.write_bytes(key.read_bytes() + certificate.read_bytes())
        listeners = [f"{name}://{LOOPBACK}:{port}" for name, port in self._ports.items()]
        protocols = [
            f"{name}:{protocol}" for name, protocol in {**_LISTENERS, "CONTROLLER": "PLAINTEXT"}.items()
        ]
        login = "org.apache.kafka.common.security"
        return {
            "listeners": ",".join([*listeners, f"CONTROLLER://{LOOPBACK}:{identity.controller_port}"]),
            "listener.security.protocol.map": ",".join(protocols),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": whole,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.authority.ca,
            "listener.name.mutual.ssl.client.auth": "required",
            "listener.name.secure.sasl.enabled.mechanisms": "SCRAM-SHA-256",
            "listener.name.secure.scram-sha-256.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
            "listener.name.named.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.named.plain.sasl.jaas.config": f'{login}.plain.PlainLoginModule required user_{USER}="x";',
        }


def config(file: Path, **settings: object) -> Path:
    """A file of settings, `_` for each dot; readable by its owner only."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{name.replace('_', '.')}={value}\n" for name, value in settings.items()))
    return file
