"""A registry to play on, and what is asked of it."""

from hashlib import blake2b
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.kernel.product import LicenceTerms, PricePlan, Upstream
from exchange.registry.commands import (
    AdmitParticipant,
    Commitment,
    DraftProduct,
    FileOpinion,
    ListProduct,
    RegisterProduct,
    Role,
)
from exchange.registry.decider import commitment_bytes, decider
from exchange.registry.facts import ListingPublished
from exchange.registry.state import Registry
from tests.support.stage import Stage
from tests.support.traits import GENERAL

OPERATOR, COUNTER, SELLER, OTHER_SELLER, ASSESSOR = "OP-CN-01", "CO-CN-01", "SE-CN-02", "SE-DE-01", "AS-CN-01"
RULESETS = ("ab" * 32,)
"""The digests of the rulesets that are installed."""
TEXT = blake2b(b"I keep the rules.", digest_size=32).digest()


def a_commitment(participant_id: str, display_name: str, seed: int = 1) -> Commitment:
    """A commitment signed with a key of its own."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
    return Commitment(
        text_digest=TEXT,
        public_key=key.public_key().public_bytes_raw(),
        signature=key.sign(commitment_bytes(participant_id, display_name, TEXT)),
    )


def an_admission(participant_id: str, *roles: Role, **changed: Any) -> AdmitParticipant:
    """A participant asks to take part, its commitment signed."""
    values: dict[str, Any] = {
        "participant_id": participant_id,
        "display_name": f"Participant {participant_id}",
        "place": "CN",
        "roles": roles,
        "beneficial_owner": f"UBO-{participant_id}",
        "currency": "CNY",
    }
    values |= changed
    values.setdefault("commitment", a_commitment(participant_id, values["display_name"]))
    return AdmitParticipant(**values)


def licence(**changed: Any) -> LicenceTerms:
    """A year's use for transport in two places."""
    values: dict[str, Any] = {
        "title": "Corridor standard licence 1",
        "spatial": ("CN", "JP"),
        "purposes": ("transport",),
        "permitted": ("use",),
        "prohibited": ("resell",),
        "term_days": 365,
    }
    return LicenceTerms(**(values | changed))


def a_draft(**changed: Any) -> DraftProduct:
    """P-07 version 1."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "version": "1",
        "title": "Port-call and berth stream",
        "description": "Arrivals, berths and departures.",
        "product_type": "stream",
        "protection": "open",
        "stored_in": "CN",
        "languages": ("en",),
        "traits": GENERAL,
        "licence": licence(),
        "upstream": (Upstream(name="berths", version="2026", licence="CC0-1.0", job="clean"),),
    }
    return DraftProduct(**(values | changed))


def an_opinion(kind: Any = "compliance", passed: bool = True, **changed: Any) -> FileOpinion:
    """An opinion on P-07 version 1."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "version": "1",
        "report_digest": bytes(32),
        "statement": "Read.",
    }
    return FileOpinion(kind=kind, passed=passed, **(values | changed))


def a_registration(version: str = "1") -> RegisterProduct:
    """P-07 is to be registered."""
    return RegisterProduct(product_id="P-07", version=version)


def a_listing(price: PricePlan | None = None, **changed: Any) -> ListProduct:
    """P-07 for a month at CNY 12,000.00."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "version": "1",
        "market_id": "M-DATA",
        "transaction_type": "none",
    }
    return ListProduct(price=price or a_price(), **(values | changed))


def a_price(**changed: Any) -> PricePlan:
    """CNY 12,000.00 a month."""
    values: dict[str, Any] = {
        "model": "subscription",
        "price_minor": 1_200_000,
        "currency": "CNY",
        "unit": "month",
        "book": "posted",
    }
    return PricePlan(**(values | changed))


def a_registry() -> Stage[Registry]:
    """An operator, a counter, two sellers and an assessor are admitted."""
    stage = Stage(decider(RULESETS))
    stage.given(
        OPERATOR,
        an_admission(OPERATOR, Role.OPERATOR),
        an_admission(COUNTER, Role.COUNTER),
        an_admission(SELLER, Role.SELLER),
        an_admission(OTHER_SELLER, Role.SELLER),
        an_admission(ASSESSOR, Role.ASSESSOR),
    )
    return stage


def with_opinions(stage: Stage[Registry]) -> Stage[Registry]:
    """P-07 is drafted and both opinions passed."""
    stage.given(SELLER, a_draft())
    stage.given(ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
    return stage


def with_registration(stage: Stage[Registry]) -> Stage[Registry]:
    """P-07 is registered."""
    with_opinions(stage).given(OPERATOR, a_registration())
    return stage


def with_listing(stage: Stage[Registry]) -> str:
    """P-07 is listed: the listing's id."""
    with_registration(stage)
    (published,) = stage.ask(SELLER, a_listing())
    assert isinstance(published, ListingPublished)
    return published.listing_id
