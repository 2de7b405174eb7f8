"""The file that says how a Kafka lets clients in, in the form of Kafka's own clients: pure, text in, settings out.

Source: java.util.Properties for the form; librdkafka and Kafka's Java client for the names of the settings.
"""

import re
from collections.abc import Iterator, Mapping

from exchange.kernel.errors import Misuse

SERVERS, PROTOCOL, MECHANISM = "bootstrap.servers", "security.protocol", "sasl.mechanism"
USER, PASSWORD, JAAS = "sasl.username", "sasl.password", "sasl.jaas.config"
CA, CERTIFICATE, KEY = "ssl.ca.location", "ssl.certificate.location", "ssl.key.location"
KEY_PASSWORD, VERIFY = "ssl.key.password", "ssl.endpoint.identification.algorithm"

KEYS = (SERVERS, PROTOCOL, MECHANISM, USER, PASSWORD, JAAS, CA, CERTIFICATE, KEY, KEY_PASSWORD, VERIFY)
SECRETS = frozenset({PASSWORD, JAAS, KEY_PASSWORD})
PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

_ALSO = {"sasl.mechanisms": MECHANISM}
_FILES_OF_JAVA = ("ssl.truststore.", "ssl.keystore.")
_SETTING = re.compile(r"([^\s=:]+)\s*[=:]\s*(.*)", re.DOTALL)
_ADDRESS = re.compile(r"\S+:\d{1,5}")
_NAME = re.compile(r"[a-z]+(\.[a-z]+)+")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_LOGIN = re.compile(r"\S+\.(?:Plain|Scram)LoginModule\s+required\s+(.*);", re.DOTALL)
_OPTION = re.compile(r'\s*(username|password)\s*=\s*"((?:[^"\\]|\\.)*)"')


def settings_in(text: str) -> Mapping[str, str]:
    """What a file sets, every name and value of a known kind.

    Raises: Misuse for the first thing that is wrong, by its line; a value that may be a password is never shown.
    """
    found: dict[str, str] = {}
    for number, line in _lines(text):
        key, value = _setting(number, line)
        if key in found:
            raise Misuse(f"line {number} sets {key} a second time; leave one")
        found[key] = value
    return _checked(_without_jaas(found))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each setting as one line with the number of its first; a backslash at the end goes on in the next."""
    begun, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r").lstrip()
        if not begun and (not line or line[0] in "#!"):
            continue
        first = first if begun else number
        if (len(line) - len(line.rstrip("\\"))) % 2:
            begun += line[:-1] or " "
            continue
        yield first, begun + line
        begun = ""
    if begun:
        yield first, begun


def _setting(number: int, line: str) -> tuple[str, str]:
    match = _SETTING.fullmatch(line)
    if match is None:
        raise Misuse(f"line {number} is no setting; write name=value")
    key = _ALSO.get(match[1], match[1])
    if key not in KEYS:
        # What only looks like a name may be the end of a password.
        name = key if _NAME.fullmatch(key) else "something"
        files = f"; {CA}, {CERTIFICATE} and {KEY} name PEM files" if key.startswith(_FILES_OF_JAVA) else ""
        raise Misuse(f"line {number} sets {name}, which is not among {', '.join(KEYS)}{files}; remove it")
    value = _ESCAPED.sub(lambda found: _unescaped(number, found[1]), match[2])
    # A password may end with blanks, as Kafka's own clients read it.
    return key, value if key in SECRETS else value.rstrip()


def _unescaped(number: int, character: str) -> str:
    if not character or character.isalnum():
        raise Misuse(f"line {number} has a backslash before a letter or at the end; write \\\\ for one")
    return character


def _without_jaas(found: Mapping[str, str]) -> dict[str, str]:
    """User and password by the names of librdkafka, also where the Java client's one setting has both."""
    if (jaas := found.get(JAAS)) is None:
        return dict(found)
    login = _LOGIN.fullmatch(jaas.strip())
    options = _OPTION.findall(login[1]) if login else []
    if (
        login is None
        or _OPTION.sub("", login[1]).strip()
        or {name for name, _ in options} != {"username", "password"}
    ):
        raise Misuse(
            f"{JAAS} is not of the form org.apache.kafka.common.security.scram.ScramLoginModule required"
            f' username="…" password="…"; (or plain.PlainLoginModule); correct it, or write {USER} and {PASSWORD}'
        )
    if twice := sorted({USER, PASSWORD} & found.keys()):
        raise Misuse(f"{JAAS} and {twice[0]} say the same twice; leave one")
    said = {name: re.sub(r"\\(.)", r"\1", value) for name, value in options}
    kept = {key: value for key, value in found.items() if key != JAAS}
    return {**kept, USER: said["username"], PASSWORD: said["password"]}


def _checked(found: dict[str, str]) -> Mapping[str, str]:
    protocol = found.setdefault(PROTOCOL, "PLAINTEXT").upper()
    found[PROTOCOL] = _one_of(PROTOCOL, protocol, PROTOCOLS)
    if not found.get(SERVERS):
        raise Misuse(f"{SERVERS} is missing; name the servers that the rest is for, host:port with commas")
    for server in found[SERVERS].split(","):
        if not _ADDRESS.fullmatch(server.strip()):
            raise Misuse(f"{SERVERS} has {server.strip()!r}, which is no host:port; correct it")
    _refuse_idle(found, "sasl.", protocol.startswith("SASL_"), "SASL_SSL or SASL_PLAINTEXT")
    _refuse_idle(found, "ssl.", protocol.endswith("SSL"), "SSL or SASL_SSL")
    if protocol.startswith("SASL_"):
        _refuse_missing(found, f"{PROTOCOL} {protocol}", (MECHANISM, USER, PASSWORD))
        found[MECHANISM] = _one_of(MECHANISM, found[MECHANISM].upper(), MECHANISMS)
    if KEY in found:
        _refuse_missing(found, KEY, (CERTIFICATE,))
    found[VERIFY] = _one_of(VERIFY, found.get(VERIFY, "https").lower() or "none", ("https", "none"))
    return found


def _one_of(key: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Misuse(f"{key} cannot be {value!r}; it can be {', '.join(known)}")
    return value


def _refuse_idle(found: Mapping[str, str], prefix: str, used: bool, protocols: str) -> None:
    """A setting without effect is a mistake: somebody believes that it protects something."""
    idle = [key for key in found if key.startswith(prefix)]
    if idle and not used:
        raise Misuse(
            f"{idle[0]} has no effect where {PROTOCOL} is {found[PROTOCOL]}; set {protocols}, or remove it"
        )


def _refuse_missing(found: Mapping[str, str], wanted_by: str, keys: tuple[str, ...]) -> None:
    if missing := [key for key in keys if not found.get(key)]:
        raise Misuse(f"{wanted_by} cannot do without {', '.join(missing)}; add what is missing")
