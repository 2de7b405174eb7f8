"""How many distinct persons consignments and sources of business zones hold together, as it was declared."""

from collections.abc import Iterable

from exchange.bonded.persons.facts import PersonsUnited
from exchange.store import Change, Merge, Row
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.safeguards import sets_as_json
from exchange.views.view import Here

PERSONS_UNITED = table(
    "persons_united",
    "How many distinct persons several consignments and sources of a business zone hold together",
    text("exporter_id", key=True),
    count("year", key=True, comment="calendar year in Asia/Shanghai"),
    text(
        "origins", key=True, comment="JSON array of consignments, sources, and lots described apart, in order"
    ),
    count("partition"),
    count("seq"),
    text("declaration_id", comment="the last declaration of these, which counts"),
    count("persons", comment="collected in the mainland"),
    count("sensitive_persons", comment="those of them whose information is sensitive"),
    count("foreign_persons", comment="collected elsewhere"),
    text("sets", comment="JSON array of the sets that show it; empty: exact counts were supplied"),
    count("at"),
    clustered=True,
)


def united(here: Here, fact: PersonsUnited) -> Iterable[Change]:
    """The declaration that counts of these."""
    said = fact.united
    key: Row = {"exporter_id": said.exporter_id, "year": said.year, "origins": as_json_list(said.origin_ids)}
    last: Row = {
        "partition": here.partition,
        "seq": here.seq,
        "declaration_id": said.declaration_id,
        "persons": said.persons,
        "sensitive_persons": said.sensitive_persons,
        "foreign_persons": said.foreign_persons,
        "sets": sets_as_json(said.sets),
        "at": here.at,
    }
    yield Merge(PERSONS_UNITED, key, last=last)
