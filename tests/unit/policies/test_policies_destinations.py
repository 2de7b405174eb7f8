"""A listing is asked about where it is sold: barred where no place is open, told of what is wanting elsewhere."""

from typing import Any, TypeVar

from msgspec.structs import replace

from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Fact
from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.kernel.protocol import Refused
from exchange.market.destinations.facts import NoDestinationFound
from exchange.market.facts import InstrumentOpened
from exchange.registry.barring.commands import BarListing
from exchange.registry.barring.facts import ListingBarred
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.registry.state import ListingState
from tests.support.traits import GENERAL
from tests.unit.policies.rooms import Rooms
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    SELLER,
    a_draft,
    a_listing,
    a_price,
    an_admission,
    an_opinion,
    licence,
)

F = TypeVar("F", bound=Fact)
CORE = replace(GENERAL, category="core", importance_basis="notified")
ABROAD = licence(spatial=("JP", "SG"))


def registered(*refused_for: str, **draft: Any) -> Rooms:
    """A seller's P-07, ready to be listed; a ruleset is in force."""
    rooms = Rooms(*refused_for)
    rooms.ask("registry", OPERATOR, an_admission(OPERATOR, Role.OPERATOR))
    for newcomer in (an_admission(SELLER, Role.SELLER, place="CN"), an_admission(ASSESSOR, Role.ASSESSOR)):
        rooms.ask("registry", OPERATOR, newcomer)
    ruleset = newest(load_rulesets())
    activated = ActivateRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=rooms.at
    )
    rooms.ask("registry", OPERATOR, activated)
    rooms.ask("registry", SELLER, a_draft(**draft))
    rooms.ask("registry", ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
    rooms.ask("registry", OPERATOR, RegisterProduct(product_id="P-07", version="1"))
    return rooms


def kept(rooms: Rooms, context: str, kind: type[F]) -> list[F]:
    return [each.fact for each in rooms.journals[context] if isinstance(each.fact, kind)]


def test_a_listing_that_could_be_sold_nowhere_is_refused_by_its_market_and_barred_in_the_registry() -> None:
    rooms = registered("NO_DESTINATION", traits=CORE, licence=ABROAD)
    (listed,) = rooms.ask("registry", SELLER, a_listing())
    assert isinstance(listed, ListingPublished)
    (refusal,) = kept(rooms, "market", Refused)
    assert (refusal.command, refusal.subject, refusal.codes) == (
        "OpenInstrument",
        listed.listing_id,
        ("CN_CORE_BARRED",),
    )
    (nowhere,) = kept(rooms, "market", NoDestinationFound)
    (asked,) = (command for _, _, command in rooms.sent if isinstance(command, BarListing))
    assert asked.codes == nowhere.destinations.codes
    (barred,) = kept(rooms, "registry", ListingBarred)
    assert (barred.listing_id, barred.codes) == (listed.listing_id, ("CN_CORE_BARRED",))
    assert rooms.partitions["registry"].state.listings[listed.listing_id].state is ListingState.BARRED
    assert listed.listing_id not in rooms.partitions["market"].state.instruments


def test_policies_that_begin_anew_bar_nothing_twice() -> None:
    rooms = registered("NO_DESTINATION", traits=CORE, licence=ABROAD)
    rooms.ask("registry", SELLER, a_listing())
    assert rooms.send_again() == []
    assert len(kept(rooms, "registry", ListingBarred)) == 1


def test_what_a_price_plan_would_sell_is_barred_as_well() -> None:
    rooms = registered("NO_DESTINATION", "INSTRUMENT_UNKNOWN", traits=CORE, licence=ABROAD)
    plan = PlanTerms(
        sale="once",
        counts="bytes",
        unit="GB",
        model="flat",
        tiers=(PriceTier(from_units=0, unit_micros=18_000_000),),
    )
    price = a_price(model="one_off", unit="gigabyte", book="plan", price_minor=1_800)
    rooms.ask("registry", SELLER, a_listing(price, plan=plan))
    assert len(kept(rooms, "registry", ListingBarred)) == 1


def test_once_its_seller_lists_it_where_the_rules_leave_a_place_open_it_is_sold() -> None:
    rooms = registered("NO_DESTINATION", traits=CORE, licence=ABROAD)
    rooms.ask("registry", SELLER, a_listing())
    rooms.ask("registry", SELLER, a_draft(version="2", traits=CORE, licence=licence(spatial=("CN",))))
    rooms.ask("registry", ASSESSOR, *(an_opinion(kind, version="2") for kind in ("compliance", "quality")))
    rooms.ask("registry", OPERATOR, RegisterProduct(product_id="P-07", version="2"))
    rooms.ask("registry", SELLER, a_listing(version="2"))
    (opened,) = kept(rooms, "market", InstrumentOpened)
    assert opened.destinations is not None
    assert (opened.destinations.verdict, opened.destinations.destination) == ("open", "CN")
    assert len(kept(rooms, "registry", ListingBarred)) == 1


def test_what_only_wants_something_is_on_sale_and_says_what() -> None:
    rooms = registered(traits=replace(CORE, category="important"), licence=ABROAD, upstream=())
    rooms.ask("registry", SELLER, a_listing())
    (opened,) = kept(rooms, "market", InstrumentOpened)
    assert opened.destinations is not None
    assert (opened.destinations.verdict, opened.destinations.safeguards) == ("wanting", ("CN-ASSESS",))
    assert kept(rooms, "registry", ListingBarred) == []
