"""Data received under a contract of the Greater Bay Area: it binds what is made of it, wherever that is sold on."""

from typing import Any

import msgspec
import pytest

from exchange.bonded.bought.facts import ProductReceivedRecorded, ProductRegisteredRecorded
from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Fact
from exchange.kernel.product import Upstream
from exchange.kernel.protocol import POLICY_ACTOR, Refused, Tick
from exchange.market.commands import ConfirmDeposit, PlaceOrder, Side, Use
from exchange.market.entitlements.facts import DecisionRevoked
from exchange.market.facts import EntitlementGranted, FenceDecided
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.registry.reclassifying.commands import ReclassifyProduct, RecordReceived
from exchange.registry.reclassifying.facts import DataReceived
from exchange.registry.safeguards.commands import RegisterSafeguard
from tests.support.traits import GENERAL
from tests.unit.policies.rooms import Rooms
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

CANTON, HARBOUR, PEER, LION, BANK = "SE-CN-09", "SE-HK-01", "BU-HK-02", "BU-SG-01", "BK-HK-01"
PERSONS = msgspec.structs.replace(GENERAL, contains_pi=True, persons=500, sensitive_persons=500)


class Bay:
    """A seller in Canton, a buyer in Hong Kong that sells itself, and who would buy of that."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        for newcomer in (
            an_admission(OPERATOR, Role.OPERATOR),
            an_admission(COUNTER, Role.COUNTER),
            an_admission(ASSESSOR, Role.ASSESSOR),
            an_admission(BANK, Role.CUSTODIAN, place="HK"),
            an_admission(CANTON, Role.SELLER, place="CN", gba_registered=True),
            an_admission(HARBOUR, Role.SELLER, Role.BUYER, place="HK", gba_registered=True),
            an_admission(PEER, Role.BUYER, place="HK", gba_registered=True),
            an_admission(LION, Role.BUYER, place="SG"),
        ):
            self.asked(OPERATOR, newcomer)
        ruleset = newest(load_rulesets())
        activated = ActivateRuleset(
            ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.rooms.at
        )
        self.asked(OPERATOR, activated)
        for buyer in (HARBOUR, PEER, LION):
            deposit = ConfirmDeposit(
                participant_id=buyer, currency="CNY", amount_minor=10**8, reference=f"D-{buyer}"
            )
            self.rooms.ask("market", BANK, deposit)

    def asked(self, actor: str, command: Any) -> tuple[Fact, ...]:
        facts = self.rooms.ask("registry", actor, command)
        assert not isinstance(facts[-1], Refused), facts
        return facts

    def contract(self) -> None:
        """The standard contract between Canton and Hong Kong."""
        command = RegisterSafeguard(
            safeguard_id="I-20",
            kind="GBA-SC",
            exporter_id=CANTON,
            recipient_id=HARBOUR,
            names_destinations=("HK",),
            valid_from="2026-03-02",
            valid_to=None,
            tz="Asia/Shanghai",
            evidence_digest=bytes(32),
        )
        self.asked(COUNTER, command)

    def drafted(self, product_id: str, seller: str, traits: Any = GENERAL, **changed: Any) -> None:
        terms = licence(spatial=("CN", "HK", "SG"), purposes=("trade",))
        values = {"stored_in": "HK", "upstream": (), "product_type": "dataset"} | changed
        self.asked(seller, a_draft(product_id=product_id, traits=traits, licence=terms, **values))
        for kind in ("compliance", "quality"):
            self.asked(ASSESSOR, an_opinion(kind, product_id=product_id))
        self.asked(OPERATOR, RegisterProduct(product_id=product_id, version="1"))

    def listed(self, product_id: str, seller: str, *drafted: Any, **changed: Any) -> ListingPublished:
        self.drafted(product_id, seller, *drafted, **changed)
        price = a_price(model="one_off", unit="licence")
        (listing,) = self.asked(seller, a_listing(price, product_id=product_id))
        assert isinstance(listing, ListingPublished)
        return listing

    def bought(self, listing: ListingPublished, buyer: str, place: str) -> tuple[FenceDecided, bool]:
        """What the fence says, and whether it was sold."""
        use = Use(
            purpose="trade",
            place_of_use=place,
            licence_digest=listing.licence_digest,
            foreign_authority_request=False,
        )
        order = PlaceOrder(
            instrument_id=listing.listing_id, side=Side.BID, quantity=1, price=1_200_000, use=use
        )
        facts = self.rooms.ask("market", buyer, order)
        *_, decided = self.kept("market", FenceDecided)
        return decided, any(isinstance(fact, EntitlementGranted) for fact in facts)

    def kept(self, context: str, kind: type[Any]) -> list[Any]:
        return [each.fact for each in self.rooms.journals[context] if isinstance(each.fact, kind)]

    def received(self) -> list[DataReceived]:
        return self.kept("registry", DataReceived)

    def tick(self) -> None:
        for context in ("registry", "market"):
            self.rooms.ask(context, POLICY_ACTOR, Tick())


def made_from(product_id: str) -> dict[str, Any]:
    upstream = Upstream(name=f"hub://CN/product/{product_id}/1", version="1", licence="", job="merge")
    return {"upstream": (upstream,)}


@pytest.fixture
def bay() -> Bay:
    """Canton's patients were sold to Hong Kong under the contract."""
    made = Bay()
    made.contract()
    patients = made.listed("P-60", CANTON, PERSONS, stored_in="CN")
    decided, sold = made.bought(patients, HARBOUR, "HK")
    assert (decided.outcome, decided.satisfied_by, decided.received_under, sold) == (
        "ALLOW_COND",
        ("I-20",),
        ("GBA-SC",),
        True,
    )
    return made


def test_what_is_made_of_it_stays_in_the_area_and_may_be_sold_there(bay: Bay) -> None:
    (received,) = bay.received()
    assert (received.participant_id, received.product_id, received.received_under) == (
        HARBOUR,
        "P-60",
        ("GBA-SC",),
    )
    made = bay.listed("P-61", HARBOUR, **made_from("P-60"))
    assert made.received_under == ("GBA-SC",)
    decided, sold = bay.bought(made, LION, "SG")
    assert (decided.outcome, decided.deciding_codes, sold) == ("DENY", ("GBA_SCOPE",), False)
    decided, sold = bay.bought(made, PEER, "HK")
    assert (decided.outcome, decided.received_under, sold) == ("ALLOW", ("GBA-SC",), True)
    assert [each.participant_id for each in bay.received()] == [HARBOUR, PEER]


def test_business_zones_know_who_has_it_and_what_it_binds(bay: Bay) -> None:
    bay.drafted("P-61", HARBOUR, PERSONS, **made_from("P-60"))
    (told,) = bay.kept("bonded", ProductReceivedRecorded)
    assert (told.participant_id, told.product_id, told.received_under) == (HARBOUR, "P-60", ("GBA-SC",))
    patients, merged = bay.kept("bonded", ProductRegisteredRecorded)
    assert (patients.received_under, merged.received_under) == ((), ("GBA-SC",))


def test_it_binds_every_step_of_what_is_made_whoever_makes_it(bay: Bay) -> None:
    bay.drafted("P-61", HARBOUR, **made_from("P-60"))
    second = bay.listed("P-62", HARBOUR, **made_from("P-61"))
    third = bay.listed("P-63", CANTON, **made_from("P-62"))
    for listing in (second, third):
        assert listing.received_under == ("GBA-SC",)
        assert bay.bought(listing, LION, "SG")[0].deciding_codes == ("GBA_SCOPE",)


def test_what_is_made_of_something_else_goes_where_it_may(bay: Bay) -> None:
    free = bay.listed("P-61", HARBOUR)
    decided, sold = bay.bought(free, LION, "SG")
    assert (decided.outcome, decided.received_under, sold) == ("ALLOW", (), True)
    canton = bay.listed("P-64", CANTON, **made_from("P-60"))
    assert canton.received_under == (), "who collected it received it of nobody"


def test_what_was_on_sale_before_is_bound_from_then_on() -> None:
    bay = Bay()
    bay.contract()
    patients = bay.listed("P-60", CANTON, PERSONS, stored_in="CN")
    made = bay.listed("P-61", HARBOUR, **made_from("P-60"))
    assert bay.bought(made, LION, "SG")[1]
    bay.bought(patients, HARBOUR, "HK")
    bay.tick()
    (revoked,) = bay.kept("market", DecisionRevoked)
    assert (revoked.buyer_id, revoked.codes, revoked.basis) == (LION, ("GBA_SCOPE",), "traits")
    decided, sold = bay.bought(made, LION, "SG")
    assert (decided.outcome, decided.deciding_codes, sold) == ("DENY", ("GBA_SCOPE",), False)


def test_a_word_of_the_counter_about_the_data_does_not_unbind_it(bay: Bay) -> None:
    made = bay.listed("P-61", HARBOUR, **made_from("P-60"))
    word = ReclassifyProduct(
        product_id="P-61",
        version="1",
        traits=msgspec.structs.replace(GENERAL, sector="health"),
        grounds="It is about health.",
        evidence_digest=bytes(32),
    )
    bay.asked(COUNTER, word)
    assert bay.bought(made, LION, "SG")[0].deciding_codes == ("GBA_SCOPE",)


def test_without_the_contract_nothing_was_received_under_it() -> None:
    bay = Bay()
    general = bay.listed("P-60", CANTON, stored_in="CN")
    decided, sold = bay.bought(general, HARBOUR, "HK")
    assert (decided.received_under, sold) == ((), True)
    assert bay.received() == []


def test_nobody_but_the_exchange_says_what_was_received() -> None:
    said = RecordReceived(participant_id=LION, product_id="P-60", version="1", received_under=("GBA-SC",))
    (refusal,) = Bay().rooms.ask("registry", OPERATOR, said)
    assert isinstance(refusal, Refused)
    assert refusal.reason == "NOT_PERMITTED"
