"""Whose word stands, lists, split groups and registered versions, from the registry to where crossings are decided."""

from exchange.kernel.lists import ListEntry, ListTerms
from exchange.registry.attesting.commands import (
    Attest,
    DoubtAttestation,
    UpholdAttestation,
    WithdrawAttestation,
)
from exchange.registry.lists.commands import EndList, PublishList, RegisterAtCentre
from exchange.registry.persons.commands import ConfirmSplitting, WithdrawSplitting
from tests.unit.policies.test_policies_safeguards import EXPORTER, GOVERNANCE, Trials
from tests.unit.registry.stage import ASSESSOR, COUNTER

WORD = Attest(
    attestation_id="AT-1",
    kind="ART5_BASIS",
    places=("SG",),
    issuer="Harbour Clinic",
    evidence_digest=bytes(32),
    valid_from="2026-11-01",
    product_id="P-20",
    version="1",
    purpose="contract",
)
GENERAL_LIST = ListTerms(
    list_id="I-08",
    kind="LG-GENERAL",
    version="batch-1",
    zone_scope=("CN-LG",),
    valid_from="2026-05-17",
    valid_to=None,
    tz="Asia/Shanghai",
    entries=(ListEntry(sector="shipping", scenario_id="S-1", field_ids=("imo",)),),
)


def test_how_a_word_stands_is_known_in_markets_and_zones() -> None:
    trials = Trials()
    market, bonded = (trials.rooms.partitions[name].state for name in ("market", "bonded"))
    grounds = {"attestation_id": "AT-1", "grounds": "Read."}
    for actor, command, status in (
        (EXPORTER, WORD, "active"),
        (ASSESSOR, DoubtAttestation(**grounds), "doubted"),
        (COUNTER, UpholdAttestation(**grounds), "active"),
    ):
        trials.asked(actor, command)
        assert market.attestations.held["AT-1"].status == status
        assert bonded.told.attestations["P-20/1"]["AT-1"].status == status
    trials.asked(EXPORTER, WithdrawAttestation(**grounds))
    assert (market.attestations.held, market.attestations.by_subject) == ({}, {})
    assert bonded.told.attestations == {}


def test_zones_are_told_of_lists_and_of_who_is_registered_under_them() -> None:
    trials = Trials()
    told = trials.rooms.partitions["bonded"].state.told
    trials.asked(COUNTER, PublishList(terms=GENERAL_LIST))
    assert told.lists == {"I-08": GENERAL_LIST}
    for registered, names in ((True, {"I-08": ["P-20/1"]}), (False, {})):
        trials.asked(
            COUNTER,
            RegisterAtCentre(
                list_id="I-08", product_id="P-20", version="1", reference="LG", registered=registered
            ),
        )
        assert told.registered == names
    trials.asked(COUNTER, EndList(list_id="I-08", valid_to="2027-05-16", grounds="Over."))
    assert told.lists["I-08"].valid_to == "2027-05-16"


def test_zones_are_told_of_split_groups_and_of_versions_that_there_are() -> None:
    trials = Trials()
    state = trials.rooms.partitions["bonded"].state
    assert sorted(name for name, each in state.bought.items() if each.registered) == [
        "P-20/1",
        "P-20/2",
        "P-20/3",
    ]
    group = f"UBO-{EXPORTER}"
    trials.asked(GOVERNANCE, ConfirmSplitting(beneficial_owner=group, year=2026, grounds="One table."))
    assert state.told.splitting == {group: [2026]}
    trials.asked(GOVERNANCE, WithdrawSplitting(beneficial_owner=group, year=2026, grounds="Others."))
    assert state.told.splitting == {}
    assert trials.rooms.send_again() == []
