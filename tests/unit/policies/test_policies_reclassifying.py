"""From a product version that is other data to markets, deliveries, business zones, and what was made from it."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.bonded.bought.facts import ProductRegisteredRecorded, ProductTraitsRecorded
from exchange.bonded.commands import CompleteJobRun, OfferOutput, OpenBusinessZone, ReclassifySource
from exchange.bonded.facts import ConsignmentProposed, JobRunCompleted, JobRunStarted
from exchange.delivery.facts import EntitlementResumed, EntitlementSuspended
from exchange.kernel.product import DataTraits, Upstream
from exchange.kernel.protocol import Refused
from exchange.market.commands import ConfirmDeposit, PlaceOrder, Side, Use
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked
from exchange.market.facts import EntitlementGranted
from exchange.market.reclassified.facts import TraitsRecorded
from exchange.registry.commands import RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.registry.reclassifying.commands import ReclassifyProduct
from exchange.registry.reclassifying.facts import DescendantsFollowed
from tests.support.traits import GENERAL
from tests.unit.bonded.stage import ZONE, a_link, a_product, a_proposal, a_start, items
from tests.unit.bonded.stage import traits as bonded_traits
from tests.unit.market.stage import traits
from tests.unit.policies.test_policies_cases import BANK, INDONESIAN, SELLER, Hall
from tests.unit.registry.stage import (
    ASSESSOR,
    COUNTER,
    OPERATOR,
    a_draft,
    a_listing,
    a_price,
    an_admission,
    an_opinion,
    licence,
)

BUYER = "BU-JP-01"
IMPORTANT = traits(category="important", importance_basis="notified")


class Harbour(Hall):
    """Berth times, and a product made from them, bought by somebody in Japan."""

    def __init__(self) -> None:
        super().__init__(book="posted", price_minor=95)
        self.rooms.ask("registry", OPERATOR, an_admission(BUYER, Role.BUYER, place="JP"))
        deposit = ConfirmDeposit(participant_id=BUYER, currency="USD", amount_minor=30_000, reference="D-2")
        self.rooms.ask("market", BANK, deposit)
        made_from = Upstream(name="hub://CN/product/P-07/1", version="1", licence="bought", job="join")
        self.listings = {"P-07": self._on_sale("P-07"), "P-08": self._on_sale("P-08", made_from)}
        self.rights = {name: self._bought(listing) for name, listing in self.listings.items()}

    def _on_sale(self, product_id: str, *upstream: Upstream) -> ListingPublished:
        terms = licence(spatial=("JP",), purposes=("transport",))
        draft = a_draft(product_id=product_id, traits=GENERAL, licence=terms, upstream=upstream)
        self.rooms.ask("registry", SELLER, draft)
        opinions = (an_opinion(kind, product_id=product_id) for kind in ("compliance", "quality"))
        self.rooms.ask("registry", ASSESSOR, *opinions)
        self.rooms.ask("registry", OPERATOR, RegisterProduct(product_id=product_id, version="1"))
        price = a_price(currency="USD", book="posted", price_minor=95)
        (listed,) = self.rooms.ask("registry", SELLER, a_listing(price, product_id=product_id))
        assert isinstance(listed, ListingPublished)
        return listed

    def _bought(self, listing: ListingPublished) -> str:
        use = Use(purpose="transport", place_of_use="JP", licence_digest=listing.licence_digest)
        order = PlaceOrder(instrument_id=listing.listing_id, side=Side.BID, quantity=1, price=95, use=use)
        facts = self.rooms.ask("market", BUYER, order)
        (right,) = (each.entitlement_id for each in facts if isinstance(each, EntitlementGranted))
        return right

    def say(self, actor: str, described: DataTraits, product_id: str = "P-07") -> None:
        """Somebody's word, and all that follows from it."""
        word = ReclassifyProduct(
            product_id=product_id,
            version="1",
            traits=described,
            grounds="A find.",
            evidence_digest=bytes(32),
        )
        facts = self.rooms.ask("registry", actor, word)
        assert not isinstance(facts[-1], Refused), facts
        for context in ("registry", "market", "bonded"):
            self.tick(context)

    def running(self) -> set[str]:
        """The products of which the right runs, by the market's word and the delivery's."""
        by_market = self._running("market", DecisionRevoked, DecisionRestored)
        assert by_market == self._running("delivery", EntitlementSuspended, EntitlementResumed)
        return by_market

    def _running(self, context: str, off: type[Any], on: type[Any]) -> set[str]:
        runs = dict.fromkeys(self.rights.values(), True)
        for each in self.rooms.journals[context]:
            if isinstance(each.fact, off | on):
                runs[each.fact.entitlement_id] = isinstance(each.fact, on)
        return {name for name, right in self.rights.items() if runs[right]}


@pytest.fixture
def harbour() -> Harbour:
    made = Harbour()
    assert made.running() == {"P-07", "P-08"}
    return made


def test_a_sale_and_one_of_what_was_made_from_it_are_revoked_and_run_on_once_the_counter_takes_it_back(
    harbour: Harbour,
) -> None:
    harbour.say(SELLER, IMPORTANT)
    assert harbour.running() == set()
    assert {each.basis for each in harbour.kept("market", DecisionRevoked)} == {"traits"}
    harbour.say(COUNTER, GENERAL)
    assert harbour.running() == {"P-07", "P-08"}


def test_what_was_made_from_it_runs_on_once_somebody_has_looked_at_it(harbour: Harbour) -> None:
    harbour.say(SELLER, IMPORTANT)
    harbour.say(COUNTER, GENERAL, "P-08")
    assert harbour.running() == {"P-08"}


def test_a_word_that_the_rules_do_not_ask_less_of_restores_nothing(harbour: Harbour) -> None:
    harbour.say(SELLER, traits(category="core", importance_basis="notified"))
    harbour.say(COUNTER, IMPORTANT)
    assert harbour.running() == set()


def test_every_market_and_every_zone_hears_of_it_and_of_what_inherits_it(harbour: Harbour) -> None:
    harbour.say(SELLER, traits(contains_pi=True, persons=5))
    (followed,) = harbour.kept("registry", DescendantsFollowed)
    assert [(each.product_id, each.inherited) for each in followed.changed] == [
        ("P-08", ("domestic", "personal"))
    ]
    for context, kind in (("market", TraitsRecorded), ("bonded", ProductTraitsRecorded)):
        own, below = harbour.kept(context, kind)
        assert (own.product_id, own.inherited, own.traits.persons) == ("P-07", (), 5)
        assert (below.product_id, below.inherited, below.traits) == ("P-08", ("domestic", "personal"), None)
    own, below = harbour.kept("market", TraitsRecorded)
    assert (own.counted_in, below.counted_in) == ("M-DATA", None)


def test_what_a_zone_finds_of_a_version_that_it_made_is_in_what_was_made_from_that(harbour: Harbour) -> None:
    nobody = bonded_traits(contains_pi=False, persons=0, collected_in=("ID",))
    for actor, asks in (
        (OPERATOR, OpenBusinessZone(zone_id=ZONE, title="View-only", place="CN-LG", seats=300)),
        (OPERATOR, a_link("LK-ID", "ID")),
        (
            SELLER,
            a_proposal(
                consignor_id=INDONESIAN,
                processor_id=SELLER,
                origin="ID",
                link_ids=("LK-ID",),
                return_list=("ID",),
                traits=nobody,
            ),
        ),
    ):
        assert not isinstance(harbour.rooms.ask("bonded", actor, asks)[-1], Refused)
    (consignment,) = harbour.kept("bonded", ConsignmentProposed)
    raw = items(consignment.consignment_id, 0, 99)
    harbour.rooms.ask("bonded", SELLER, a_start(raw))
    (run,) = harbour.kept("bonded", JobRunStarted)
    done = CompleteJobRun(job_run_id=run.job_run_id, made=(a_product(raw),))
    harbour.rooms.ask("bonded", SELLER, done)
    (output,) = (each.output_id for each in harbour.kept("bonded", JobRunCompleted)[-1].made)
    offer = OfferOutput(output_id=output, product_id="P-07", version="1")
    assert not isinstance(harbour.rooms.ask("bonded", SELLER, offer)[-1], Refused)
    harbour.tick("market")
    assert "P-08" in harbour.running()

    found = ReclassifySource(
        source_id=consignment.consignment_id,
        traits=replace(nobody, category="important", importance_basis="notified"),
        grounds="It shows a harbour.",
        evidence_sha256=bytes(32),
    )
    harbour.rooms.ask("bonded", OPERATOR, found)
    for _ in range(3):
        for context in ("bonded", "registry", "market"):
            harbour.tick(context)
    (followed,) = harbour.kept("registry", DescendantsFollowed)
    assert [(each.product_id, each.inherited) for each in followed.changed] == [("P-08", ("important",))]
    assert harbour.running() == set()


def test_zones_know_what_a_version_was_registered_as(harbour: Harbour) -> None:
    told = harbour.kept("bonded", ProductRegisteredRecorded)
    assert [(each.product_id, each.traits) for each in told][-1] == ("P-08", GENERAL)
