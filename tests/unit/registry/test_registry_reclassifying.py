"""What a product version is said to be after its registration, by whom, and what that means for what it is in."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.bases import Command
from exchange.kernel.persons import VersionName
from exchange.kernel.product import DataTraits, Upstream
from exchange.kernel.protocol import POLICY_ACTOR, Refused, Tick
from exchange.registry.commands import ListProduct, RegisterProduct, WithdrawListing
from exchange.registry.facts import ListingPublished
from exchange.registry.participants.commands import UpdateParticipant
from exchange.registry.persons.commands import DeclarePersons
from exchange.registry.persons.facts import PersonsDeclared
from exchange.registry.reclassifying.commands import ReclassifyProduct, RecordCarried
from exchange.registry.reclassifying.descent import LOOKED_AT_MAX
from exchange.registry.reclassifying.facts import DescendantsFollowed, ProductReclassified
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal, size_bytes, sound
from tests.support.traits import GENERAL
from tests.unit.registry.stage import (
    ASSESSOR,
    COUNTER,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_draft,
    a_listing,
    a_registry,
    an_opinion,
    with_listing,
    with_registration,
)

PERSONAL = replace(GENERAL, contains_pi=True, persons=8_500, sensitive_persons=0)
IMPORTANT = replace(GENERAL, category="important", importance_basis="notified")


def a_word(traits: DataTraits = PERSONAL, product_id: str = "P-07", version: str = "1") -> ReclassifyProduct:
    """What was found out about P-07."""
    return ReclassifyProduct(
        product_id=product_id, version=version, traits=traits, grounds="A find.", evidence_digest=bytes(32)
    )


def said(stage: Stage[Registry], actor: str, word: ReclassifyProduct) -> ProductReclassified:
    (fact,) = stage.ask(actor, word)
    assert isinstance(fact, ProductReclassified), fact
    assert sound(fact)
    return fact


def made_of(stage: Stage[Registry], product_id: str, *upstream: str, actor: str = OTHER_SELLER) -> None:
    """Another product is drafted, made of version 1 of these."""
    above = tuple(Upstream(name=each, version="1", licence="bought", job="join") for each in upstream)
    stage.given(actor, a_draft(product_id=product_id, upstream=above))


def registered(stage: Stage[Registry], product_id: str) -> None:
    stage.given(ASSESSOR, *(an_opinion(kind, product_id=product_id) for kind in ("compliance", "quality")))
    stage.given(OPERATOR, RegisterProduct(product_id=product_id, version="1"))


def followed(stage: Stage[Registry]) -> dict[str, tuple[str, ...]]:
    """What versions inherit otherwise once all that follows is done."""
    changed: dict[str, tuple[str, ...]] = {}
    while stage.state.descent.todo:
        facts = stage.ask(POLICY_ACTOR, Tick())
        steps = [each for each in facts if isinstance(each, DescendantsFollowed)]
        assert steps
        assert size_bytes(facts) < 256 * 1024
        changed |= {
            f"{each.product_id}/{each.version}": each.inherited for step in steps for each in step.changed
        }
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()
    return changed


def test_its_seller_says_that_more_is_to_be_asked_of_it() -> None:
    stage = with_registration(a_registry())
    fact = said(stage, SELLER, a_word())
    assert (fact.before, fact.traits, fact.seller_id, fact.as_seller) == (GENERAL, PERSONAL, SELLER, True)
    assert (fact.inherited, fact.counted_in, fact.by_id) == ((), None, SELLER)
    assert fact.changed == ("contains_pi", "persons")
    assert said(stage, SELLER, a_word(replace(PERSONAL, persons=9_000))).before == PERSONAL
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (IMPORTANT, GENERAL, "category, importance_basis"),
        (PERSONAL, GENERAL, "contains_pi, persons"),
        (PERSONAL, replace(PERSONAL, persons=8_499), "persons"),
        (PERSONAL, replace(PERSONAL, persons=None), "persons"),
        (PERSONAL, replace(PERSONAL, anonymisation="claimed"), "anonymisation"),
        (replace(GENERAL, us_class="health"), replace(GENERAL, us_class="identifiers"), "us_class"),
        (replace(GENERAL, us_government_related=True), GENERAL, "us_government_related"),
        (replace(GENERAL, eu_special_category=True), GENERAL, "eu_special_category"),
        (GENERAL, replace(GENERAL, eu_art9_condition=True), "eu_art9_condition"),
        (GENERAL, replace(GENERAL, collected_in=("SG",)), "collected_in"),
        (GENERAL, replace(GENERAL, publicly_available_in=("SG",)), "publicly_available_in"),
        (GENERAL, replace(GENERAL, sector="trade"), "sector"),
        (GENERAL, replace(GENERAL, scenario_ids=("S-1",)), "scenario_ids"),
        (GENERAL, replace(GENERAL, field_ids=("F-1",)), "field_ids"),
    ],
)
def test_that_less_is_asked_of_it_others_than_its_seller_say(
    before: DataTraits, after: DataTraits, named: str
) -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft(traits=before))
    registered(stage, "P-07")
    (fact,) = stage.ask(SELLER, a_word(after))
    assert isinstance(fact, Refused)
    assert (fact.reason, fact.subject) == ("CLASS_MILDER", "P-07")
    assert f"by {named};" in fact.detail
    assert not said(stage, COUNTER, a_word(after)).as_seller


@pytest.mark.parametrize(
    "after",
    [
        replace(GENERAL, us_class="health", us_persons_12m=5),
        replace(GENERAL, collected_in=("CN", "SG")),
        replace(GENERAL, category="core", importance_basis="self_assessed"),
        replace(GENERAL, eu_special_category=True, us_government_related=True),
    ],
)
def test_that_more_is_asked_of_it_its_seller_says_too(after: DataTraits) -> None:
    assert said(with_registration(a_registry()), SELLER, a_word(after)).traits == after


def test_who_is_one_with_the_seller_speaks_as_it_does() -> None:
    stage = with_registration(a_registry())
    stage.given(
        OPERATOR,
        UpdateParticipant(participant_id=COUNTER, grounds="Bought.", beneficial_owner=f"UBO-{SELLER}"),
    )
    assert refusal(stage.ask(COUNTER, a_word())) == ("PRODUCT_NOT_OWN", "P-07")
    assert not said(stage, OPERATOR, a_word()).as_seller


@pytest.mark.parametrize(
    ("actor", "word", "refused"),
    [
        (OTHER_SELLER, a_word(), ("PRODUCT_NOT_OWN", "P-07")),
        (ASSESSOR, a_word(), ("ROLE_MISSING", ASSESSOR)),
        (SELLER, a_word(product_id="P-99"), ("PRODUCT_UNKNOWN", "P-99")),
        (SELLER, a_word(version="9"), ("PRODUCT_UNKNOWN", "P-07")),
        (SELLER, a_word(GENERAL), ("CLASS_SAME", "P-07")),
        (COUNTER, a_word(GENERAL), ("CLASS_SAME", "P-07")),
        (
            SELLER,
            a_word(replace(PERSONAL, collected_in=("CN",) * 50, field_ids=("F" * 199,) * 99)),
            ("CLASS_MILDER", "P-07"),
        ),
        (
            COUNTER,
            a_word(replace(PERSONAL, field_ids=("F" * 199,) * 99)),
            ("PRODUCT_TOO_LARGE", "P-07"),
        ),
    ],
)
def test_what_cannot_be_is_refused(actor: str, word: Command, refused: tuple[str, str]) -> None:
    assert refusal(with_registration(a_registry()).ask(actor, word)) == refused


def test_what_is_drafted_is_described_by_a_new_version() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(SELLER, a_word())) == ("PRODUCT_STATE", "P-07")


def test_it_is_listed_and_counted_as_what_it_is_now() -> None:
    stage = with_registration(a_registry())
    said(stage, SELLER, a_word())
    (published,) = stage.ask(SELLER, a_listing())
    assert isinstance(published, ListingPublished)
    assert (published.traits, published.inherited) == (PERSONAL, ())
    declared = DeclarePersons(
        year=2026,
        versions=(VersionName(product_id="P-07", version="1"),),
        persons=8_500,
        sensitive_persons=0,
        foreign_persons=0,
    )
    assert isinstance(stage.ask(SELLER, declared)[0], PersonsDeclared)


def in_market(name: str, product_id: str = "P-07") -> ListProduct:
    return a_listing(market_id=name, product_id=product_id)


def test_persons_are_counted_in_one_market_wherever_else_the_version_is_listed() -> None:
    stage = with_registration(a_registry())
    stage.given(SELLER, in_market("M-B"), in_market("M-A"))
    assert said(stage, SELLER, a_word()).counted_in == "M-A"
    assert refusal(stage.ask(SELLER, in_market("M-C"))) == ("PERSONS_ELSEWHERE", "P-07")
    made_of(stage, "P-08", actor=SELLER)
    registered(stage, "P-08")
    stage.given(SELLER, in_market("M-B", "P-08"))
    assert said(stage, SELLER, a_word(product_id="P-08")).counted_in == "M-A"
    assert said(stage, COUNTER, a_word(GENERAL, product_id="P-08")).counted_in is None


def test_persons_of_what_was_withdrawn_stay_counted_where_it_was_listed() -> None:
    stage = a_registry()
    listing_id = with_listing(stage)
    stage.given(SELLER, WithdrawListing(listing_id=listing_id, grounds="Over."))
    assert said(stage, SELLER, a_word()).counted_in == "M-DATA"
    assert refusal(stage.ask(SELLER, in_market("M-B"))) == ("PERSONS_ELSEWHERE", "P-07")


def test_all_that_was_made_from_it_inherits_what_was_found() -> None:
    stage = with_registration(a_registry())
    made_of(stage, "P-08", "P-07")
    made_of(stage, "P-09", "P-08")
    made_of(stage, "P-10", "P-09", "P-07")
    made_of(stage, "P-11", "P-99")
    said(stage, SELLER, a_word())
    found = ("domestic", "personal")
    assert followed(stage) == {"P-08/1": found, "P-09/1": found, "P-10/1": found}
    said(stage, SELLER, a_word(replace(PERSONAL, category="core", us_class="health")))
    assert followed(stage)["P-10/1"] == ("domestic", "important", "personal", "us")
    said(stage, COUNTER, a_word(GENERAL))
    assert followed(stage) == {"P-08/1": (), "P-09/1": (), "P-10/1": ()}
    assert stage.state.descent.inherited == {}


def test_what_was_known_of_an_upstream_when_it_was_drafted_is_not_found_again() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft(traits=PERSONAL))
    registered(stage, "P-07")
    made_of(stage, "P-08", "P-07")
    said(
        stage,
        SELLER,
        a_word(replace(PERSONAL, persons=9_000, category="important", importance_basis="published")),
    )
    assert followed(stage) == {"P-08/1": ("important",)}


def test_whoever_looks_at_a_descendant_says_what_it_is_and_what_comes_later_is_found_anew() -> None:
    stage = with_registration(a_registry())
    made_of(stage, "P-08", "P-07")
    registered(stage, "P-08")
    made_of(stage, "P-09", "P-08")
    said(stage, SELLER, a_word())
    followed(stage)
    by_seller = said(stage, OTHER_SELLER, a_word(IMPORTANT, product_id="P-08"))
    assert by_seller.inherited == ("domestic", "personal")
    followed(stage)
    looked = said(stage, COUNTER, a_word(GENERAL, product_id="P-08"))
    assert (looked.inherited, looked.before) == ((), IMPORTANT)
    assert followed(stage) == {"P-09/1": ()}
    assert refusal(stage.ask(COUNTER, a_word(GENERAL, product_id="P-08"))) == ("CLASS_SAME", "P-08")
    said(stage, SELLER, a_word(replace(PERSONAL, persons=9_000)))
    assert followed(stage) == {}
    said(stage, SELLER, a_word(replace(PERSONAL, persons=9_000, us_class="health")))
    assert followed(stage) == {"P-08/1": ("us",), "P-09/1": ("us",)}


def test_a_counter_lifts_what_is_inherited_by_saying_that_the_description_holds() -> None:
    stage = with_registration(a_registry())
    made_of(stage, "P-08", "P-07")
    registered(stage, "P-08")
    said(stage, SELLER, a_word())
    followed(stage)
    (listed,) = stage.ask(OTHER_SELLER, in_market("M-A", "P-08"))
    assert isinstance(listed, ListingPublished)
    assert listed.inherited == ("domestic", "personal")
    same = a_word(GENERAL, product_id="P-08")
    assert refusal(stage.ask(OTHER_SELLER, same)) == ("CLASS_SAME", "P-08")
    assert said(stage, COUNTER, same).inherited == ()


def test_versions_that_are_made_from_each_other_come_to_rest() -> None:
    stage = a_registry()
    made_of(stage, "P-08", "P-09")
    made_of(stage, "P-09", "P-08", "P-07", actor=SELLER)
    with_registration(stage)
    said(stage, SELLER, a_word())
    assert followed(stage)["P-08/1"] == ("domestic", "personal")


def test_many_descendants_are_looked_at_a_few_at_a_time() -> None:
    stage = with_registration(a_registry())
    for number in range(2 * LOOKED_AT_MAX + 1):
        made_of(stage, f"P-{100 + number}", "P-07")
    said(stage, SELLER, a_word())
    (first, *_) = [each for each in stage.ask(POLICY_ACTOR, Tick()) if isinstance(each, DescendantsFollowed)]
    assert (len(first.seen), len(first.changed), first.left) == (
        LOOKED_AT_MAX,
        LOOKED_AT_MAX,
        LOOKED_AT_MAX + 1,
    )
    followed(stage)
    assert len(stage.state.descent.inherited) == 2 * LOOKED_AT_MAX + 1


def carried(*found: Any, seller_id: str = SELLER) -> RecordCarried:
    """What the zone that made P-07 says that it carries."""
    return RecordCarried(product_id="P-07", version="1", seller_id=seller_id, carried=found)


def test_what_was_made_from_a_version_made_in_bond_inherits_what_its_zone_finds() -> None:
    stage = with_registration(a_registry())
    stage.given(POLICY_ACTOR, carried("personal"))
    made_of(stage, "P-08", "hub://CN-LG/product/P-07/1")
    made_of(stage, "P-09", "P-08")
    stage.given(POLICY_ACTOR, carried("domestic", "personal"))
    assert followed(stage) == {"P-08/1": ("domestic",), "P-09/1": ("domestic",)}
    stage.given(POLICY_ACTOR, carried("domestic", "personal"))
    assert stage.state.descent.todo == []
    stage.given(POLICY_ACTOR, carried("personal"))
    assert followed(stage) == {"P-08/1": (), "P-09/1": ()}


def test_what_is_said_of_a_version_as_another_seller_s_says_nothing_of_it() -> None:
    stage = with_registration(a_registry())
    made_of(stage, "P-08", "hub://CN-LG/product/P-07/1")
    stage.given(POLICY_ACTOR, carried("domestic", seller_id=OTHER_SELLER))
    assert followed(stage) == {}


def test_nobody_but_the_exchange_brings_the_word_of_a_zone() -> None:
    stage = with_registration(a_registry())
    assert refusal(stage.ask(OPERATOR, carried("domestic"))) == ("NOT_PERMITTED", OPERATOR)
