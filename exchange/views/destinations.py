"""Where each listing could be sold, as the fence says of it now."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.market.destinations.facts import ListingsAskedAgain, NoDestinationFound
from exchange.market.destinations.values import Destinations
from exchange.market.facts import InstrumentOpened
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

DESTINATIONS = table(
    "destinations",
    "Whether there is any place to which a listing could be sold, as the fence said last",
    text("instrument_id", key=True),
    count("partition"),
    count("seq"),
    text("listing_id"),
    text("market_id"),
    text("product_id"),
    text("version"),
    text("seller_id", null=True),
    text("verdict", comment="open, wanting: not yet, or nowhere: the listing was barred"),
    text("destination", comment="the place that the fence likes best"),
    text("purpose"),
    text("outcome", comment="there: ALLOW, ALLOW_COND, FILE, ASSESS, REVIEW or DENY"),
    text("codes", comment="JSON array of reason codes; nowhere: of all places"),
    text("missing", comment="JSON array of facts that are not known"),
    text("obligations", comment="JSON array"),
    text("safeguards", comment="JSON array of kinds that would count"),
    text("ruleset_version"),
    text("ruleset_digest"),
    text("inputs_digest"),
    text("demanded", default="[]", comment="JSON array of codes: what is to be filed or assessed beside"),
    count("at", comment="when it came on sale"),
    count("said_at", null=True, comment="when the fence said so"),
    indexes=[("product_id",), ("seller_id",)],
)


def _opened(here: Here, fact: InstrumentOpened) -> Iterable[Change]:
    terms = fact.terms
    if fact.destinations is not None:
        about = (terms.instrument_id, terms.listing_id, terms.market_id, terms.product_id, terms.version)
        yield _said(here, about, terms.seller_id, fact.destinations)


def _nowhere(here: Here, fact: NoDestinationFound) -> Iterable[Change]:
    about = (fact.instrument_id, fact.listing_id, fact.market_id, fact.product_id, fact.version)
    if fact.was_on_sale:
        yield _anew(here, fact.instrument_id, fact.destinations)
    else:
        yield _said(here, about, fact.seller_id, fact.destinations)


def _asked_again(here: Here, fact: ListingsAskedAgain) -> Iterable[Change]:
    for each in fact.changed:
        yield _anew(here, each.instrument_id, each.destinations)


def _anew(here: Here, instrument_id: str, found: Destinations) -> Change:
    return Update(DESTINATIONS, {"instrument_id": instrument_id}, {**_words(found), "said_at": here.at})


def _words(found: Destinations) -> Row:
    return {
        "verdict": found.verdict,
        "destination": found.destination,
        "purpose": found.purpose,
        "outcome": found.outcome,
        "codes": as_json_list(found.codes),
        "missing": as_json_list(found.missing),
        "demanded": as_json_list(found.demanded),
        "obligations": as_json_list(found.obligations),
        "safeguards": as_json_list(found.safeguards),
        "ruleset_version": found.ruleset_version,
        "ruleset_digest": found.ruleset_digest,
        "inputs_digest": found.inputs_digest,
    }


def _said(
    here: Here, about: tuple[str, str, str, str, str], seller_id: str | None, found: Destinations
) -> Change:
    names = ("instrument_id", "listing_id", "market_id", "product_id", "version")
    return Insert(
        DESTINATIONS,
        {
            **dict(zip(names, about, strict=True)),
            "partition": here.partition,
            "seq": here.seq,
            "seller_id": seller_id,
            **_words(found),
            "at": here.at,
            "said_at": here.at,
        },
    )


_HANDLERS: dict[type[Fact], Handler] = {
    InstrumentOpened: _opened,
    NoDestinationFound: _nowhere,
    ListingsAskedAgain: _asked_again,
}

DESTINATIONS_VIEW = View(
    name="destinations",
    contexts=("market",),
    tables=(DESTINATIONS,),
    handlers=_HANDLERS,
    # What else happens in a market is others'.
    ignores=COMMON_IGNORED.union(MARKET_FACTS) - _HANDLERS.keys(),
)
