"""What participants and product versions are known to be after their admission and registration, word by word."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.facts import (
    CarriedInBond,
    DataReceived,
    DescendantsFollowed,
    ProductReclassified,
)
from exchange.store import Change, Insert, Merge, Row
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import Here

PARTICIPANT_UPDATES = table(
    "participant_updates",
    "Participants that were described anew",
    count("partition", key=True),
    count("seq", key=True),
    text("participant_id"),
    text("changed", comment="JSON array of what is otherwise than before"),
    text("description", comment="all of it, as JSON"),
    text("grounds"),
    text("by_id"),
    count("at"),
    indexes=[("participant_id",)],
)

PRODUCT_RECLASSIFICATIONS = table(
    "product_reclassifications",
    "Product versions that turned out to be other data, and what was made from them",
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("product_id"),
    text("version"),
    text("before", null=True, comment="the traits before, as JSON; none of what was made from another"),
    text("traits", null=True, comment="the traits from then on, as JSON; none of what was made from another"),
    text(
        "inherited",
        comment="JSON array of what is found of its upstream since somebody looked: personal, domestic, important, us",
    ),
    flag("as_seller", comment="by its seller's own word, which only makes it graver"),
    text("grounds"),
    text("evidence_digest"),
    text("by_id"),
    count("at"),
    indexes=[("product_id", "version")],
)

RECEIVED_DATA = table(
    "received_data",
    "Product versions that participants have under safeguards that bind them in where it goes next",
    text("participant_id", key=True),
    text("product_id", key=True),
    text("version", key=True),
    count("partition"),
    count("seq"),
    text("received_under", comment="JSON array of kinds of safeguards"),
    count("at", comment="when it was received so for the first time"),
)

TABLES = (PARTICIPANT_UPDATES, PRODUCT_RECLASSIFICATIONS, RECEIVED_DATA)
FACTS: frozenset[type[Fact]] = frozenset(
    (ParticipantUpdated, ProductReclassified, DescendantsFollowed, DataReceived, CarriedInBond)
)


def updated(here: Here, fact: ParticipantUpdated) -> Iterable[Change]:
    """A word about a participant."""
    row: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "participant_id": fact.participant_id,
        "changed": as_json_list(fact.changed),
        "description": as_json(fact.description),
        "grounds": fact.grounds,
        "by_id": fact.by_id,
        "at": here.at,
    }
    yield Insert(PARTICIPANT_UPDATES, row)


def reclassified(here: Here, fact: ProductReclassified) -> Iterable[Change]:
    """A word about a product version."""
    row: Row = {
        "before": as_json(fact.before),
        "traits": as_json(fact.traits),
        "inherited": as_json_list(fact.inherited),
        "as_seller": fact.as_seller,
        "grounds": fact.grounds,
        "evidence_digest": fact.evidence_digest.hex(),
        "by_id": fact.by_id,
    }
    yield _word(here, 0, fact.product_id, fact.version, row)


def followed(here: Here, fact: DescendantsFollowed) -> Iterable[Change]:
    """What was made from another inherits something else."""
    for line, each in enumerate(fact.changed):
        bound = f", or is bound by {', '.join(each.received_under)}" if each.received_under else ""
        row: Row = {
            "before": None,
            "traits": None,
            "inherited": as_json_list(each.inherited),
            "as_seller": False,
            "grounds": f"what it was made from was re-classified{bound}",
            "evidence_digest": "",
            "by_id": here.meta.actor,
        }
        yield _word(here, line, each.product_id, each.version, row)


def received(here: Here, fact: DataReceived) -> Iterable[Change]:
    """Data that its buyer has under a contract that binds it onward."""
    yield Merge(
        RECEIVED_DATA,
        {"participant_id": fact.participant_id, "product_id": fact.product_id, "version": fact.version},
        first={"partition": here.partition, "seq": here.seq, "at": here.at},
        last={"received_under": as_json_list(fact.received_under)},
    )


def _word(here: Here, line: int, product_id: str, version: str, row: Row) -> Change:
    spot: Row = {"partition": here.partition, "seq": here.seq, "line": line, "at": here.at}
    return Insert(PRODUCT_RECLASSIFICATIONS, {**spot, "product_id": product_id, "version": version, **row})
