"""Safeguards and unions of persons from the registry to where crossings are decided, with nobody asking by hand."""

from typing import Any

import msgspec

from exchange.bonded.commands import RecordSafeguard
from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Fact
from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.persons import PersonSet, UnitedPersons, VersionName
from exchange.kernel.protocol import Refused
from exchange.market.commands import ConfirmDeposit, PlaceOrder, Side, Use
from exchange.market.facts import EntitlementGranted, FenceDecided
from exchange.market.persons.commands import BringPersons, BringSplitting
from exchange.market.safeguards.commands import BringSafeguard
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.registry.lists.commands import EndList, PublishList, RegisterAtCentre
from exchange.registry.persons.commands import ConfirmSplitting, DeclarePersons, WithdrawSplitting
from exchange.registry.persons.facts import PersonsDeclared
from exchange.registry.safeguards.commands import ChangeSafeguard, RegisterSafeguard, RevokeSafeguard
from tests.support.stage import size_bytes, sound
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

EXPORTER, BUYER, BANK, GOVERNANCE = "SE-CN-04", "BU-SG-01", "BK-HK-01", "MB-CN-01"


class Trials:
    """P-20, clinical-trial metadata, on sale in three versions; everybody is there."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        for newcomer in (
            an_admission(OPERATOR, Role.OPERATOR),
            an_admission(COUNTER, Role.COUNTER),
            an_admission(GOVERNANCE, Role.GOVERNANCE),
            an_admission(ASSESSOR, Role.ASSESSOR),
            an_admission(BANK, Role.CUSTODIAN, place="HK"),
            an_admission(EXPORTER, Role.SELLER, place="CN-LG"),
            an_admission(BUYER, Role.BUYER, place="SG"),
        ):
            self.asked(OPERATOR, newcomer)
        ruleset = newest(load_rulesets())
        self.asked(
            OPERATOR,
            ActivateRuleset(
                ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.rooms.at
            ),
        )
        self.listings = [self._listed(*each) for each in (("1", 8_500), ("2", 1_900), ("3", 100))]
        deposit = ConfirmDeposit(participant_id=BUYER, currency="CNY", amount_minor=10**8, reference="D-1")
        self.rooms.ask("market", BANK, deposit)

    def _listed(self, version: str, persons: int) -> ListingPublished:
        told: dict[str, Any] = {"contains_pi": True, "persons": persons, "sensitive_persons": persons}
        named: dict[str, Any] = {"product_id": "P-20", "version": version}
        traits = msgspec.structs.replace(GENERAL, **told)
        terms = licence(spatial=("SG",), purposes=("sale",))
        self.asked(
            EXPORTER, a_draft(**named, traits=traits, licence=terms, upstream=(), product_type="dataset")
        )
        for kind in ("compliance", "quality"):
            self.asked(ASSESSOR, an_opinion(kind, **named))
        self.asked(OPERATOR, RegisterProduct(**named))
        (listed,) = self.asked(EXPORTER, a_listing(a_price(model="one_off", unit="licence"), **named))
        assert isinstance(listed, ListingPublished)
        return listed

    def asked(self, actor: str, command: Any) -> tuple[Fact, ...]:
        facts = self.rooms.ask("registry", actor, command)
        assert not isinstance(facts[-1], Refused), facts
        return facts

    def declared(self, *versions: str, persons: int) -> None:
        named = tuple(VersionName(product_id="P-20", version=each) for each in versions)
        self.asked(
            EXPORTER,
            DeclarePersons(
                year=2026, versions=named, persons=persons, sensitive_persons=persons, foreign_persons=0
            ),
        )

    def bought(self, number: int) -> tuple[FenceDecided, bool]:
        """What the fence says of a version, and whether it was sold."""
        listing = self.listings[number - 1]
        use = Use(
            purpose="sale",
            place_of_use="SG",
            licence_digest=listing.licence_digest,
            foreign_authority_request=False,
        )
        order = PlaceOrder(
            instrument_id=listing.listing_id, side=Side.BID, quantity=1, price=1_200_000, use=use
        )
        facts = self.rooms.ask("market", BUYER, order)
        *_, decided = (fact for fact in facts if isinstance(fact, FenceDecided))
        return decided, any(isinstance(fact, EntitlementGranted) for fact in facts)


def a_certificate() -> RegisterSafeguard:
    return RegisterSafeguard(
        safeguard_id="I-04",
        kind="CN-CERT",
        exporter_id=EXPORTER,
        recipient_id=None,
        names_destinations=("ANY",),
        valid_from="2026-02-01",
        valid_to="2029-01-31",
        tz="Asia/Shanghai",
        evidence_digest=bytes(32),
    )


def test_sc_05_from_the_exporter_s_declaration_to_the_assessment_that_is_needed() -> None:
    trials = Trials()
    trials.asked(COUNTER, a_certificate())
    first, sold = trials.bought(1)
    assert (first.outcome, first.deciding_codes, first.satisfied_by, sold) == (
        "ALLOW_COND",
        ("CN_ART8_FILE",),
        ("I-04",),
        True,
    )
    trials.declared("1", "2", persons=9_900)
    trials.declared("1", "2", "3", persons=10_000)
    second, sold = trials.bought(2)
    assert (second.outcome, second.deciding_codes, sold) == ("ALLOW_COND", ("CN_ART8_FILE",), True)
    third, sold = trials.bought(3)
    assert (third.outcome, third.deciding_codes, sold) == ("ASSESS", ("CN_ART7_VOLUME",), False)
    (listing, *_) = trials.listings
    assert trials.rooms.partitions["market"].state.instruments[listing.listing_id].terms.source


def test_how_a_safeguard_stands_is_known_in_markets_and_zones() -> None:
    trials = Trials()
    trials.asked(COUNTER, a_certificate())
    trials.asked(COUNTER, ChangeSafeguard(safeguard_id="I-04", grounds="Other fields.", scope_changed=True))
    for context in ("market", "bonded"):
        state = trials.rooms.partitions[context].state
        held = state.safeguards.held if context == "market" else state.safeguards
        assert held["I-04"].scope_changed
    assert trials.bought(1)[0].note_codes == ("SCOPE_CHANGED",)
    trials.asked(GOVERNANCE, RevokeSafeguard(safeguard_id="I-04", grounds="It was sold."))
    decided, sold = trials.bought(1)
    assert (decided.outcome, decided.note_codes, sold) == ("FILE", ("INSTRUMENT_REVOKED",), False)


def test_a_finding_of_splitting_bars_the_group_until_it_is_taken_back() -> None:
    trials = Trials()
    trials.asked(COUNTER, a_certificate())
    group = f"UBO-{EXPORTER}"
    trials.asked(GOVERNANCE, ConfirmSplitting(beneficial_owner=group, year=2026, grounds="One table."))
    decided, sold = trials.bought(1)
    assert (decided.outcome, decided.deciding_codes, sold) == ("DENY", ("CN_SPLITTING",), False)
    trials.asked(GOVERNANCE, WithdrawSplitting(beneficial_owner=group, year=2026, grounds="They differ."))
    assert trials.bought(1)[1]


def test_lists_and_who_is_registered_under_them_are_known_in_markets() -> None:
    trials = Trials()
    entry = ListEntry(sector="shipping", scenario_id="LG-1", field_ids=("crew.rank",))
    terms = ListTerms(
        list_id="I-08",
        kind="LG-GENERAL",
        version="batch-1",
        zone_scope=("CN-LG",),
        valid_from="2024-05-17",
        valid_to=None,
        tz="Asia/Shanghai",
        entries=(entry,),
    )
    trials.asked(COUNTER, PublishList(terms=terms))
    trials.asked(COUNTER, RegisterAtCentre(list_id="I-08", product_id="P-20", version="1"))
    trials.asked(COUNTER, EndList(list_id="I-08", valid_to="2025-05-16", grounds="One year of trial."))
    lists = trials.rooms.partitions["market"].state.lists
    assert lists.brought["I-08"].valid_to == "2025-05-16"
    assert lists.registered == {"I-08": ["P-20/1"]}


def test_whatever_is_asked_again_changes_nothing() -> None:
    trials = Trials()
    trials.asked(COUNTER, a_certificate())
    trials.declared("1", "2", persons=9_900)
    asked = [command for _, _, command in trials.rooms.sent]
    for kind in (BringSafeguard, RecordSafeguard, BringPersons):
        assert [each for each in asked if isinstance(each, kind)]
    assert not [each for each in asked if isinstance(each, BringSplitting)]
    assert trials.rooms.send_again() == []


def test_the_largest_declaration_fits_an_outcome_here_and_there() -> None:
    versions = tuple(VersionName(product_id="P" * 60, version=f"{number:020}") for number in range(1_000))
    sets = tuple(
        PersonSet(of=of, digest=bytes(32), salt_id="s" * 80, count=2**62)
        for of in ("persons", "sensitive", "foreign")
    )
    united = UnitedPersons(
        declaration_id="PD-0.1.0",
        exporter_id="E" * 80,
        year=2026,
        versions=versions,
        persons=2**62,
        sensitive_persons=2**62,
        foreign_persons=2**62,
        sets=sets,
    )
    assert sound(PersonsDeclared(united=united))
    assert size_bytes((PersonsDeclared(united=united),)) < 192 * 1024
