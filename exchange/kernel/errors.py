"""The errors of the exchange. A refusal is not among them: the domain's "no" is a fact.

Every class says in its docstring what brings it about, and in `remedy` what to do; docs/errors.md is written from both.
"""

from collections.abc import Mapping
from typing import Self


class ExchangeError(Exception):
    """Something the exchange ends on purpose, for none of the reasons below."""

    remedy: str = "Do what the message says."
    fields: Mapping[str, int | str] = {}
    """The values in the message that a log keeps apart."""

    def about(self, **fields: int | str) -> Self:
        """This error, with what it is about."""
        self.fields = fields
        return self


class InvariantBroken(ExchangeError):
    """A bug or a corrupt journal. Nobody catches it: the worker stops and says where."""

    remedy = (
        "Do not write to a journal. Restore Kafka's data if it was damaged, run `exchange rebuild` if the tables are;"
        " else report it with the log."
    )


class Unavailable(ExchangeError):
    """A broker or database is out of reach, or does not answer in time."""

    remedy = "Wait, or see what is wrong with it (`exchange status`); then try the same again: nothing happens twice."


class Unreadable(ExchangeError):
    """Bytes that no known schema explains."""

    remedy = "See who wrote them; a newer version may know their schema."


class Misuse(ExchangeError):
    """A caller's mistake at a public door."""

    remedy = "Correct what the message names."


class NoNode(Misuse):
    """The directory holds no node."""

    remedy = "Name the node's directory with --data or EXCHANGE_DATA, or make one with `exchange up`."


class InUse(Misuse):
    """Another process has the data directory: a second `up`, or a rebuild beside a node."""

    remedy = (
        "`exchange status` shows it, `exchange down` ends a node; or wait until the other process is done."
    )


class OtherVersion(Misuse):
    """A directory, database or stream was made by a version that this one does not understand."""

    remedy = "Use the version that made it, or a newer one; or choose another directory or database."


class NotWritable(Misuse):
    """A directory or file cannot be written: it is read-only, another user's, or no directory at all."""

    remedy = "Give this user the right to write there, or name another place (--data, CORRIDOR_JARS)."


class PortTaken(Misuse):
    """Another process listens on a port that was asked for."""

    remedy = "End that process, or name another port; left out, a free one is chosen."


class AlreadyThere(Misuse):
    """Something is where a file, a node or an exchange was to be made."""

    remedy = "Name a place where nothing is, or remove what is there first: nothing is ever written over."


class BackupDamaged(Misuse):
    """A file is no backup of a node, or no longer what was written."""

    remedy = "Use another backup, or copy this one again; nothing was restored."


class NotKafka(Misuse):
    """Something answers at the address of Kafka, and it is no Kafka."""

    remedy = "Correct --bootstrap-servers: host and port of a Kafka listener."


class NotLetIn(Misuse):
    """A Kafka wants TLS, a user or a certificate that it does not get, or shows one that is not trusted."""

    remedy = "Correct the file that EXCHANGE_KAFKA_CONFIG names: protocol, certificates, user, password."


class OtherExchange(Misuse):
    """The Kafka at that address keeps the journals of another exchange."""

    remedy = "Use the data directory of that exchange (or a copy of its node.json), or a Kafka of its own."


class TopicDiffers(Misuse):
    """A topic is not as it must be: its partitions, replicas or a setting."""

    remedy = "Set it as the message says; partition counts cannot be changed, so another topic or cluster is needed."


class NodeDown(Unavailable):
    """The node is not running."""

    remedy = "`exchange up` starts it."


class DiskFull(Unavailable):
    """There is no space left where something has to be written."""

    remedy = (
        "Free some space, or move the directory to a larger disk; then try again: what was written stays."
    )


def named(name: str) -> type[ExchangeError]:
    """The class of this name, for an error that another process told of; Misuse if it is none of these."""
    found = globals().get(name)
    return found if isinstance(found, type) and issubclass(found, ExchangeError) else Misuse
