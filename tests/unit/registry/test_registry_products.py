"""From a draft to a certificate."""

from hashlib import blake2b
from typing import Any

import pytest

from exchange.kernel.fields import Field, FieldSource
from exchange.kernel.product import Upstream
from exchange.registry.commands import Role, SuspendParticipant
from exchange.registry.digests import licence_digest
from exchange.registry.facts import OpinionFiled, ProductDrafted, ProductRegistered
from exchange.registry.state import Registry, VersionState
from tests.support.stage import Stage, refusal, sound
from tests.unit.registry.stage import (
    ASSESSOR,
    COUNTER,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_draft,
    a_registration,
    a_registry,
    an_admission,
    an_opinion,
    licence,
    with_opinions,
    with_registration,
)


def state_of(stage: Stage[Registry], version: str = "1") -> VersionState:
    return stage.state.products["P-07"].versions[version].state


def test_a_draft_becomes_a_registered_product_by_two_opinions_and_a_certificate() -> None:
    stage = a_registry()
    (drafted,) = stage.ask(SELLER, a_draft())
    assert isinstance(drafted, ProductDrafted)
    assert drafted.seller_id == SELLER
    assert state_of(stage) is VersionState.DRAFT
    (compliance,) = stage.ask(ASSESSOR, an_opinion("compliance"))
    assert isinstance(compliance, OpinionFiled)
    assert state_of(stage) is VersionState.COMPLIANCE_REVIEW
    stage.given(ASSESSOR, an_opinion("quality"))
    assert state_of(stage) is VersionState.QUALITY_REVIEW
    (registered,) = stage.ask(OPERATOR, a_registration())
    assert registered == ProductRegistered(
        product_id="P-07",
        version="1",
        certificate_id=f"C-0.{stage.offset}.0",
        package_digest=drafted.package_digest,
        traits=drafted.traits,
    )
    assert state_of(stage) is VersionState.REGISTERED
    assert sound(drafted)
    assert sound(compliance)


def test_only_a_seller_drafts() -> None:
    assert refusal(a_registry().ask(ASSESSOR, a_draft())) == ("ROLE_MISSING", ASSESSOR)


def test_a_drafted_version_is_never_drafted_again() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(SELLER, a_draft(title="Better"))) == ("PRODUCT_EXISTS", "P-07")
    stage.given(SELLER, a_draft(version="2"))


def test_a_draft_is_bounded_so_that_what_follows_from_it_is() -> None:
    stage = a_registry()
    names = tuple("字" * 200 for _ in range(100))
    large = a_draft(licence=licence(permitted=names))
    assert refusal(stage.ask(SELLER, large)) == ("PRODUCT_TOO_LARGE", "P-07")
    too_long_a_crossing = a_draft(licence=licence(permitted=("x" * 200,) * 70))
    assert refusal(stage.ask(SELLER, too_long_a_crossing)) == ("PRODUCT_TOO_LARGE", "P-07")
    stage.given(SELLER, a_draft(licence=licence(permitted=names[:20])))


def test_fields_are_declared_once_each_and_made_from_the_upstream() -> None:
    stage = a_registry()
    upstream = (Upstream(name="plates", version="1", licence="own", job="read"),)

    def drafted(*fields: Field) -> tuple[Any, ...]:
        return stage.ask(SELLER, a_draft(upstream=upstream, fields=fields))

    plate = Field(name="plate", made_from=(FieldSource(of="plates", field="number", masked=True),))
    assert refusal(drafted(plate, Field(name="plate"))) == ("FIELDS_ALIKE", "P-07")
    stranger = Field(name="at", made_from=(FieldSource(of="clocks", field="at"),))
    assert refusal(drafted(plate, stranger)) == ("FIELD_SOURCE_UNKNOWN", "P-07")
    (with_fields,) = drafted(plate, Field(name="at"))
    assert with_fields.fields == (plate, Field(name="at"))
    (without,) = a_registry().ask(SELLER, a_draft(upstream=upstream))
    assert with_fields.package_digest != without.package_digest


def test_a_product_stays_with_the_seller_who_drafted_it_first() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(OTHER_SELLER, a_draft(version="2"))) == ("PRODUCT_NOT_OWN", "P-07")


def test_equal_drafts_have_equal_digests_and_others_have_not() -> None:
    def digest(seller: str, draft: Any) -> bytes:
        (drafted,) = a_registry().ask(seller, draft)
        assert isinstance(drafted, ProductDrafted)
        return drafted.package_digest

    first = digest(SELLER, a_draft())
    assert len(first) == 32
    assert digest(SELLER, a_draft()) == first
    assert len({first, digest(SELLER, a_draft(title="x")), digest(OTHER_SELLER, a_draft())}) == 3


def test_a_licence_digest_is_that_of_its_canonical_json() -> None:
    text = (
        '{"permitted":["use"],"prohibited":["resell"],"purposes":["transport"],"seats":null,'
        '"spatial":["CN","JP"],"term_days":365,"title":"Corridor standard licence 1"}'
    )
    assert licence_digest(licence()) == blake2b(text.encode(), digest_size=32).digest()


def test_only_an_assessor_files_an_opinion() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(OPERATOR, an_opinion())) == ("ROLE_MISSING", OPERATOR)


def test_an_opinion_is_about_a_drafted_version() -> None:
    stage = a_registry()
    assert refusal(stage.ask(ASSESSOR, an_opinion())) == ("PRODUCT_UNKNOWN", "P-07")
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(ASSESSOR, an_opinion(version="2"))) == ("PRODUCT_UNKNOWN", "P-07")


def test_nobody_assesses_its_own_product() -> None:
    stage = a_registry()
    stage.given(OPERATOR, an_admission("SE-CN-09", Role.SELLER, Role.ASSESSOR))
    stage.given("SE-CN-09", a_draft())
    assert refusal(stage.ask("SE-CN-09", an_opinion())) == ("ASSESSOR_CONFLICT", "SE-CN-09")


def test_an_assessor_of_the_same_owner_is_in_conflict() -> None:
    stage = a_registry()
    stage.given(OPERATOR, an_admission("AS-CN-09", Role.ASSESSOR, beneficial_owner=f"UBO-{SELLER}"))
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask("AS-CN-09", an_opinion())) == ("ASSESSOR_CONFLICT", "AS-CN-09")


def test_quality_comes_after_compliance() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    assert refusal(stage.ask(ASSESSOR, an_opinion("quality"))) == ("OPINION_MISSING", "P-07")


def test_an_opinion_is_filed_once() -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    stage.given(ASSESSOR, an_opinion("compliance"))
    assert refusal(stage.ask(ASSESSOR, an_opinion("compliance")))[0] == "PRODUCT_STATE"
    stage.given(ASSESSOR, an_opinion("quality"))
    assert refusal(stage.ask(ASSESSOR, an_opinion("quality")))[0] == "PRODUCT_STATE"


@pytest.mark.parametrize("failed", ["compliance", "quality"])
def test_a_failed_opinion_ends_the_matter(failed: str) -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    if failed == "quality":
        stage.given(ASSESSOR, an_opinion("compliance"))
    stage.given(ASSESSOR, an_opinion(failed, passed=False))
    assert state_of(stage) is VersionState.REJECTED
    assert refusal(stage.ask(ASSESSOR, an_opinion("quality")))[0] == "PRODUCT_STATE"
    assert refusal(stage.ask(OPERATOR, a_registration())) == ("PRODUCT_STATE", "P-07")


@pytest.mark.parametrize("opinions", [0, 1])
def test_a_certificate_takes_both_opinions(opinions: int) -> None:
    stage = a_registry()
    stage.given(SELLER, a_draft())
    stage.given(ASSESSOR, *[an_opinion("compliance")][:opinions])
    assert refusal(stage.ask(OPERATOR, a_registration())) == ("OPINION_MISSING", "P-07")


def test_a_version_is_registered_once_by_an_operator_or_the_counter() -> None:
    stage = with_opinions(a_registry())
    assert refusal(stage.ask(SELLER, a_registration())) == ("ROLE_MISSING", SELLER)
    stage.given(COUNTER, a_registration())
    assert refusal(stage.ask(OPERATOR, a_registration())) == ("PRODUCT_STATE", "P-07")


def test_what_was_never_drafted_is_not_registered() -> None:
    assert refusal(a_registry().ask(OPERATOR, a_registration())) == ("PRODUCT_UNKNOWN", "P-07")


def test_the_state_comes_back_from_the_journal_and_from_its_bytes() -> None:
    stage = with_registration(a_registry())
    stage.given(SELLER, a_draft(version="2"))
    stage.given(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds=""))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
