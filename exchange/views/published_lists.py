"""Which lists zones have published, and who is registered under them."""

from collections.abc import Iterable

from exchange.registry.lists.facts import FACTS as LIST_FACTS
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.store import Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

PUBLISHED_LISTS = table(
    "published_lists",
    "Negative lists and lists of general data of zones, version by version",
    text("list_id", key=True),
    count("partition"),
    count("seq"),
    text("kind", comment="FTZ-NEG or LG-GENERAL"),
    text("version"),
    text("zone_scope", comment="JSON array of the zones whose exporters it speaks of"),
    text("valid_from", comment="the first day in force"),
    text("valid_to", null=True, comment="the last one; none: open"),
    text("tz", comment="the time zone of its days"),
    text("entries", comment="JSON of sectors, scenarios, fields and routes"),
    text("grounds", comment="why it ends earlier than it would have"),
    text("by_id"),
    count("at"),
    count("changed_at"),
)

CENTRE_REGISTRATIONS = table(
    "centre_registrations",
    "Product versions registered at the service centre under lists of general data",
    text("list_id", key=True),
    text("product_id", key=True),
    text("version", key=True),
    count("partition"),
    count("seq"),
    flag("registered"),
    text("reference"),
    text("by_id"),
    count("at"),
    clustered=True,
)


def _published(here: Here, fact: ListPublished) -> Iterable[Change]:
    terms = fact.terms
    row: Row = {
        "list_id": terms.list_id,
        "partition": here.partition,
        "seq": here.seq,
        "kind": terms.kind,
        "version": terms.version,
        "zone_scope": as_json_list(terms.zone_scope),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "tz": terms.tz,
        "entries": as_json(terms.entries),
        "grounds": "",
        "by_id": fact.by_id,
        "at": here.at,
        "changed_at": here.at,
    }
    yield Insert(PUBLISHED_LISTS, row)


def _ended(here: Here, fact: ListEnded) -> Iterable[Change]:
    values: Row = {
        "valid_to": fact.terms.valid_to,
        "grounds": fact.grounds,
        "by_id": fact.by_id,
        "changed_at": here.at,
    }
    yield Update(PUBLISHED_LISTS, {"list_id": fact.terms.list_id}, values)


def _registered(here: Here, fact: CentreRegistered) -> Iterable[Change]:
    key: Row = {"list_id": fact.list_id, "product_id": fact.product_id, "version": fact.version}
    last: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "registered": fact.registered,
        "reference": fact.reference,
        "by_id": fact.by_id,
        "at": here.at,
    }
    yield Merge(CENTRE_REGISTRATIONS, key, last=last)


PUBLISHED_LISTS_VIEW = View(
    name="published_lists",
    contexts=("registry",),
    tables=(PUBLISHED_LISTS, CENTRE_REGISTRATIONS),
    handlers={ListPublished: _published, ListEnded: _ended, CentreRegistered: _registered},
    ignores=COMMON_IGNORED | (frozenset(REGISTRY_FACTS) - frozenset(LIST_FACTS)),
)
