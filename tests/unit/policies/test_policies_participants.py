"""From a participant that is described anew to the markets and the business zones that know it."""

from typing import Any

from exchange.bonded.facts import PartyRecorded
from exchange.delivery.facts import EntitlementResumed, EntitlementSuspended
from exchange.kernel.product import PricePlan
from exchange.market.commands import ConfirmDeposit, PlaceOrder, Side, Use
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked
from exchange.market.facts import EntitlementGranted, ParticipantRecorded
from exchange.registry.commands import RegisterProduct, ReinstateParticipant, Role, SuspendParticipant
from exchange.registry.facts import ListingPublished
from exchange.registry.participants.commands import UpdateParticipant
from tests.unit.market.stage import traits
from tests.unit.policies.test_policies_cases import BANK, SELLER, Hall
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    a_draft,
    a_listing,
    an_admission,
    an_opinion,
    licence,
)

BUYER = "BU-JP-01"
SINGAPOREAN = traits(contains_pi=True, collected_in=("SG",), persons=400, sensitive_persons=0)


class Shop(Hall):
    """Persons of Singapore on sale there, and a buyer in Japan that is bound by a comparable law."""

    def __init__(self) -> None:
        super().__init__(book="posted", price_minor=95)
        newcomer = an_admission(BUYER, Role.BUYER, place="JP", bound_by_comparable_law=True)
        self.rooms.ask("registry", OPERATOR, newcomer)
        deposit = ConfirmDeposit(participant_id=BUYER, currency="USD", amount_minor=30_000, reference="D-2")
        self.rooms.ask("market", BANK, deposit)

    def _listed(self, price: PricePlan) -> ListingPublished:
        terms = licence(spatial=("JP",), purposes=("sale",))
        draft = a_draft(product_id="P-04", stored_in="SG", traits=SINGAPOREAN, licence=terms, upstream=())
        self.rooms.ask("registry", SELLER, draft)
        opinions = (an_opinion(kind, product_id="P-04") for kind in ("compliance", "quality"))
        self.rooms.ask("registry", ASSESSOR, *opinions)
        self.rooms.ask("registry", OPERATOR, RegisterProduct(product_id="P-04", version="1"))
        (listed,) = self.rooms.ask("registry", SELLER, a_listing(price, product_id="P-04"))
        assert isinstance(listed, ListingPublished)
        return listed

    def bought(self) -> EntitlementGranted:
        use = Use(
            purpose="sale",
            place_of_use="JP",
            licence_digest=self.listing.licence_digest,
            foreign_authority_request=False,
        )
        order = PlaceOrder(
            instrument_id=self.listing.listing_id, side=Side.BID, quantity=1, price=95, use=use
        )
        facts = self.rooms.ask("market", BUYER, order)
        (right,) = (each for each in facts if isinstance(each, EntitlementGranted))
        return right

    def update(self, participant_id: str = BUYER, **changed: Any) -> None:
        command = UpdateParticipant(participant_id=participant_id, grounds="It told us.", **changed)
        self.rooms.ask("registry", OPERATOR, command)
        self.tick("market")


def test_what_a_buyer_has_is_suspended_and_resumed_by_what_it_is() -> None:
    shop = Shop()
    right = shop.bought()
    shop.update(bound_by_comparable_law=False)
    (revoked,) = shop.kept("market", DecisionRevoked)
    assert (revoked.entitlement_id, revoked.basis, revoked.codes[0]) == (
        right.entitlement_id,
        "participant",
        "SG_S26",
    )
    (suspended,) = shop.kept("delivery", EntitlementSuspended)
    assert (suspended.entitlement_id, suspended.since) == (right.entitlement_id, revoked.since)
    assert not shop.kept("delivery", EntitlementResumed)
    shop.update(bound_by_comparable_law=True)
    assert len(shop.kept("market", DecisionRestored)) == 1
    assert [each.entitlement_id for each in shop.kept("delivery", EntitlementResumed)] == [
        right.entitlement_id
    ]


def test_every_context_has_the_whole_description_and_who_is_suspended_stays_so() -> None:
    shop = Shop()
    shop.rooms.ask("registry", OPERATOR, SuspendParticipant(participant_id=BUYER, grounds="Late."))
    said: dict[str, Any] = {
        "place": "HK",
        "roles": (Role.BUYER, Role.BROKER),
        "beneficial_owner": "UBO-NEW",
        "registered_zones": ("HK-1",),
        "ciio": True,
        "gba_registered": True,
        "us_covered_person": True,
        "is_intermediary": True,
        "bound_by_comparable_law": False,
    }
    shop.update(**said)
    standing = shop.kept("market", ParticipantRecorded)[-1].standing
    party = shop.kept("bonded", PartyRecorded)[-1].party
    said["roles"] = ("buyer", "broker")
    for told in (standing, party):
        assert {name: getattr(told, name) for name in said} == said
        assert (told.participant_id, told.active) == (BUYER, False)
    key = shop.rooms.partitions["registry"].state.participants[BUYER].public_key
    assert party.public_key == key
    shop.rooms.ask("registry", OPERATOR, ReinstateParticipant(participant_id=BUYER))
    assert shop.rooms.partitions["market"].state.participants[BUYER].active
    assert shop.rooms.partitions["bonded"].state.parties[BUYER].place == "HK"
