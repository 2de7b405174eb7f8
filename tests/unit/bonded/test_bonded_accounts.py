"""Accounts, by-products, transfers, certificates, and the small functions under them."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.bonded import commands as asked
from exchange.bonded.accounts import books
from exchange.bonded.credential import verifies
from exchange.bonded.facts import (
    BalanceClosed,
    BalanceCounted,
    CrossingDecided,
    DeletionCertified,
    EgressApproved,
    ItemsTransferred,
    JobRunCompleted,
    RetentionEnded,
)
from exchange.bonded.merkle import proof, proves, root
from exchange.bonded.ranges import common, counted, joined, share, without
from exchange.bonded.values import Coefficient
from exchange.kernel.time import instant
from tests.support.stage import START
from tests.unit.bonded.stage import (
    ASSESSOR,
    CLEARED,
    EXCHANGE,
    OPERATOR,
    OTHER,
    PROCESSOR,
    ZoneStage,
    a_count,
    a_destruction,
    a_lot,
    a_product,
    a_start,
    a_transfer,
    a_zone,
    an_export,
    erasure,
    hashes,
    items,
    scc,
)


def state_of(stage: ZoneStage, name: str) -> tuple[str, bool]:
    consignment = stage.state.consignments[name]
    return consignment.balance, consignment.within_tolerance


def test_an_item_in_three_products_is_consumed_once() -> None:
    stage = a_zone()
    name = stage.admitted()
    for _ in range(3):
        stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    assert books(stage.state.consignments[name])[0].consumed == 100
    assert stage.state.consignments[name].used_count == 300


def test_an_intermediate_output_consumes_nothing_until_a_product_holds_its_items() -> None:
    stage = a_zone()
    name = stage.admitted()
    (wip,) = stage.made(a_start(items(name, 0, 99)), a_product(kind="intermediate"))
    assert books(stage.state.consignments[name])[0].consumed == 0
    done = asked.CompleteJobRun(job_run_id=stage.started(a_start(output_ids=(wip,))), made=(a_product(),))
    assert stage.gave(JobRunCompleted, PROCESSOR, done).consumed == items(name, 0, 99)


def test_a_by_product_yields_up_to_what_was_declared_and_is_exported_like_a_product() -> None:
    stage = a_zone()
    name = stage.admitted()
    vectors = Coefficient(unit="vector", per_items=3, yields=2)
    job_run_id = stage.started(a_start(items(name, 0, 9), coefficients=(vectors,)))
    by_product = a_product(kind="by_product", unit="vector", quantity=6, reference="embeddings")
    done = asked.CompleteJobRun(job_run_id=job_run_id, made=(by_product,))
    (made,) = stage.gave(JobRunCompleted, PROCESSOR, done).made
    assert (made.unit, made.quantity, made.expected) == ("vector", 6, 7)
    assert books(stage.state.consignments[name])[0].consumed == 0
    stage.given(PROCESSOR, a_count(name, 10_000))
    assert stage.gave(EgressApproved, PROCESSOR, an_export(made.output_id))


def test_what_was_counted_has_to_agree_to_the_item_and_to_a_byte_in_a_thousand() -> None:
    stage = a_zone()
    name = stage.admitted()
    assert stage.gave(BalanceClosed, PROCESSOR, a_count(name, 10_000)).balance_state == "balanced"
    near = asked.CountOnHand(
        consignment_id=name,
        quantity=10_000,
        size_bytes=10_000 * 2_000_000 + 20_000_000,
        evidence_sha256=sha256(b"").digest(),
    )
    assert stage.gave(BalanceClosed, PROCESSOR, near).balance_state == "within_tolerance"
    assert state_of(stage, name) == ("balanced", True)
    (counted_only,) = stage.ask(OPERATOR, a_count(name, 9_999))
    assert isinstance(counted_only, BalanceCounted)
    assert state_of(stage, name)[0] == "reconciling"


def test_a_difference_is_explained_by_scrapping_what_is_lost() -> None:
    stage = a_zone()
    name = stage.admitted()
    stage.given(PROCESSOR, a_count(name, 9_998))
    lost = asked.ScrapItems(items=items(name, 0, 1), grounds="Lost.", evidence_sha256=sha256(b"").digest())
    stage.given(PROCESSOR, lost)
    assert stage.gave(BalanceClosed, PROCESSOR, a_count(name, 9_998)).balance_state == "balanced"
    assert books(stage.state.consignments[name])[0].scrapped == 2


def test_a_consignment_of_bytes_has_one_line_and_its_tolerance() -> None:
    stage = a_zone()
    name = stage.admitted(unit="byte", lots=(a_lot(2_400_000, each_bytes=1),))
    assert [line.unit for line in books(stage.state.consignments[name])] == ["byte"]
    closed = stage.gave(BalanceClosed, PROCESSOR, a_count(name, 2_400_000 - 2_400, each_bytes=1))
    assert closed.balance_state == "within_tolerance"


def test_a_transfer_leaves_one_handbook_and_enters_another_under_the_same_terms() -> None:
    stage = a_zone()
    name = stage.admitted()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-14", PROCESSOR, OTHER)))
    decided = stage.gave(CrossingDecided, PROCESSOR, a_transfer(items(name, 10, 109)))
    assert (decided.intent_kind, decided.outcome, decided.satisfied_by) == ("job", "ALLOW_COND", ("I-14",))
    egress_id = max(stage.state.egresses)
    moved = stage.gave(ItemsTransferred, OTHER, stage.arrival(egress_id, OTHER))
    assert (moved.lot.quantity, moved.lot.size_bytes) == (100, 200_000_000)
    before, after = (stage.state.consignments[each] for each in (name, moved.consignment_id))
    assert books(before)[0].transferred_out == books(after)[0].transferred_in == 100
    assert (after.proposed.return_list, after.proposed.processor_id) == (before.proposed.return_list, OTHER)
    assert moved.terms is not None
    told = {name: getattr(moved.terms, name) for name in moved.terms.__struct_fields__}
    assert told == {name: getattr(after.proposed, name) for name in told}
    assert stage.started(a_start(items(moved.consignment_id, 0, 99, "L-2")), OTHER)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_a_partial_certificate_is_about_stays_on_the_books() -> None:
    stage = a_zone()
    name = stage.admitted()
    (wip,) = stage.made(a_start(items(name, 0, 9)), a_product(kind="intermediate"))
    how = erasure(**CLEARED, partial=True)
    certificate = stage.destroyed(a_destruction(name, items(name, 0, 9), wip, erasure=how))
    assert books(stage.state.consignments[name])[0].on_hand == 10_000
    assert stage.state.outputs[wip].phase == "there"
    assert stage.state.certified[certificate]
    stage.destroyed(a_destruction(name, items(name, 0, 9), wip, erasure=erasure(**CLEARED)))
    assert books(stage.state.consignments[name])[0].destroyed == 10
    assert stage.state.consignments[name].intermediate_ids == []


def test_the_end_of_the_last_day_is_on_record() -> None:
    stage = a_zone()
    name = stage.admitted()
    stage.later(instant("2027-01-31T16:00:00Z") - START)
    (ended,) = stage.settled()
    assert ended == RetentionEnded(consignment_id=name, zone_id="BZ-2")


@pytest.mark.parametrize("spoil", ["z", "did:key", "credentialSubject", "{"])
def test_a_credential_that_was_touched_does_not_verify(spoil: str) -> None:
    stage = a_zone()
    name = stage.admitted()
    stage.given(PROCESSOR, a_destruction(name, items(name, 0, 9), erasure=erasure(**CLEARED)))
    (certificate,) = stage.state.certificates
    credential = stage.gave(DeletionCertified, ASSESSOR, stage.verification(certificate)).credential
    assert verifies(credential)
    assert not verifies(credential.replace(spoil, "q", 1))
    assert not verifies("[]")


def test_the_root_of_a_tree_is_that_of_the_published_vectors() -> None:
    # Source: Certificate Transparency's tree of eight leaves, google/certificate-transparency (Apache-2.0).
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    contents = [bytes.fromhex(leaf) for leaf in leaves]
    assert [root(contents[:size]).hex() for size in range(1, 9)] == roots


@given(st.integers(1, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_a_proof_shows_that_a_hash_is_in_the_tree_and_that_no_other_is(
    count: int, data: st.DataObject
) -> None:
    leaves = hashes(count)
    place = data.draw(st.integers(0, count - 1))
    path = proof(leaves, place)
    assert proves(leaves[place], place, count, path, root(leaves))
    assert not proves(hashes(41)[40], place, count, path, root(leaves))
    assert not proves(leaves[place], place + 1, count, path, root(leaves)) or count == 1
    assert not proves(leaves[place], place, count, [*path, leaves[0]], root(leaves))


NUMBERS = st.sets(st.integers(0, 30))


def intervals(numbers: set[int]) -> list[tuple[int, int]]:
    return joined((number, number) for number in numbers)


def spread(found: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in found for number in range(first, last + 1)}


@given(NUMBERS, NUMBERS)
@settings(max_examples=150, deadline=None)
def test_intervals_are_sets(left: set[int], right: set[int]) -> None:
    one, other = intervals(left), intervals(right)
    assert spread(one) == left
    assert spread(joined(one, other)) == left | right
    assert common(one, other) == intervals(left & right)
    assert without(one, other) == intervals(left - right)
    assert counted(one) == len(left)


@given(st.integers(0, 10_000), st.integers(1, 31), NUMBERS)
@settings(max_examples=100, deadline=None)
def test_parts_of_a_whole_add_up_to_it(total: int, quantity: int, numbers: set[int]) -> None:
    some = intervals({number for number in numbers if number < quantity})
    rest = without([(0, quantity - 1)], some)
    assert share(total, quantity, some) + share(total, quantity, rest) == total
