"""Entitlements that run on answers which may end: P-38S by the month, P-04 for as long as the licence."""

from functools import cache
from typing import Any

from exchange.fence.ruleset import Ruleset
from exchange.kernel.bases import Fact
from exchange.kernel.time import instant
from exchange.market.commands import (
    AdoptRuleset,
    InstrumentTerms,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    Side,
)
from exchange.market.entitlements.facts import DecisionRevoked
from exchange.market.facts import EntitlementGranted
from exchange.market.plans.commands import BuyUnits, SetPricePlan
from exchange.market.rulings.commands import ConcludeCase, RecordRuling
from tests.unit.fence.cases import rewritten
from tests.unit.market.plan_stage import MIDNIGHT, a_subscription, asked, calls, monthly, tiers, until
from tests.unit.market.quoting import COUNTER, a_ruling, a_withdrawal, speech
from tests.unit.market.stage import (
    BUYER,
    STAYS,
    Stage,
    a_standing,
    a_use,
    everyone,
    licence,
    shipped,
    the,
    the_ruleset,
    traits,
)

HOST = "SE-SG-01"
PLAN, DATA, CALLED, MONTHLY = "P-38S", "P-04", "P-38", "P-07B"
LAPSES = instant("2026-12-15T16:00:00Z")
NEW_YEAR = instant("2026-12-31T16:00:00Z")
PRICE = 800_000
REVIEWED: dict[str, Any] = {
    "currency": "SGD",
    "traits": traits(contains_pi=True, collected_in=("ID",), persons=400, sensitive_persons=0),
    "licence": licence(spatial=("JP", "SG"), purposes=("sale",)),
}
"""Persons of Indonesia, whose home law asks for the counter's look: what is sold rests on rulings."""


@cache
def stricter() -> Ruleset:
    """The shipped rules under another version, by which what the home law asks a look of is barred."""
    return _saying("DENY", "2026.12.0")


@cache
def milder() -> Ruleset:
    """Under yet another version: it passes without a look."""
    return _saying("ALLOW", "2026.12.1")


def _saying(outcome: str, version: str) -> Ruleset:
    def change(content: dict[str, Any]) -> None:
        content["ruleset_version"] = version
        for rule in content["rules"]:
            if rule.get("reason_code") == "LOCAL_LAW_REVIEW":
                rule["outcome"] = outcome

    return rewritten(change)


def every_ruleset() -> dict[str, Ruleset]:
    """The shipped one and these, by digest."""
    return {**shipped(), stricter().digest: stricter(), milder().digest: milder()}


def adopt(ruleset: Ruleset, effective_at: int) -> AdoptRuleset:
    """Decide by a ruleset from then on."""
    return AdoptRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=effective_at
    )


def a_house(kind: type[Stage] = Stage, **ruling: Any) -> Stage:
    """All of them on sale on the first day of December, a ruling for them in force."""
    stage = kind(rulesets=every_ruleset()).told(*everyone(), the_ruleset())
    for standing in (
        a_standing(HOST, "SG", "seller"),
        a_standing(COUNTER, "CN-LG", "counter"),
        a_standing(BUYER, "JP", "buyer", bound_by_comparable_law=True),
    ):
        stage.told(RecordParticipant(standing=standing))
    stage.deposited(BUYER, 20 * PRICE, "SGD")
    for name in (PLAN, DATA, CALLED, MONTHLY):
        stage.told(OpenInstrument(terms=an_offer(name)))
    asked(stage, HOST, SetPricePlan(instrument_id=PLAN, plan=monthly(tiers=tiers((0, 8_000_000_000)))))
    asked(stage, HOST, SetPricePlan(instrument_id=CALLED, plan=calls(period="month")))
    until(stage, MIDNIGHT)
    ruled(stage, **ruling)
    return stage


def an_offer(name: str) -> InstrumentTerms:
    """One of what the host sells."""
    changed: dict[str, Any] = {"instrument_id": name, "listing_id": name, "product_id": name, **REVIEWED}
    if name == DATA:
        changed |= {"unit": "licence", "posted_price": PRICE, "subscription": False}
    elif name == MONTHLY:
        changed |= {"unit": "month", "posted_price": PRICE, "subscription": True}
    else:
        changed |= {"unit": "licence", "subscription": True}
    return speech(HOST, **changed)


def ruled(stage: Stage, **changed: Any) -> list[Fact]:
    """What the counter has ruled on all of them, until the certificate would lapse; all that follows."""
    before = len(stage.journal)
    for name in (PLAN, DATA, CALLED, MONTHLY):
        stage.told(ruling_on(stage, name, **({"valid_until": LAPSES} | changed)))
    stage.settle()
    return [fact for fact, _ in stage.journal[before:]]


def ruling_on(stage: Stage, name: str, **changed: Any) -> RecordRuling:
    """A ruling of a case of its own."""
    return a_ruling(product_id=name, reference=f"RC-0.{stage.offset}.0", **changed)


def withdrawn(stage: Stage, *ruling_ids: str) -> list[Fact]:
    """What the counter takes back; all that follows."""
    before = len(stage.journal)
    for each in ruling_ids:
        ruling = stage.market.rulings.held[each]
        stage.told(a_withdrawal(case_id=ruling.reference, product_id=ruling.product_id or ""))
    stage.settle()
    return [fact for fact, _ in stage.journal[before:]]


def against(name: str, **changed: Any) -> ConcludeCase:
    """What the counter ruled against: the home law's look at one of them, for whoever buys."""
    values: dict[str, Any] = {
        "case_id": "RC-0.9000.0",
        "verdict": "against",
        "product_id": name,
        "codes": ("LOCAL_LAW_REVIEW",),
        "grounds": "There is no consent.",
    }
    return ConcludeCase(**(values | changed))


def bought(stage: Stage, name: str = PLAN) -> EntitlementGranted:
    """The buyer's right to one of them."""
    use = a_use(purpose="sale")
    if name == CALLED:
        return the(
            EntitlementGranted, asked(stage, BUYER, BuyUnits(instrument_id=name, units=31_000, use=use))
        )
    if name == PLAN:
        return the(EntitlementGranted, asked(stage, BUYER, a_subscription(PLAN, use=use)))
    order = PlaceOrder(
        instrument_id=name, side=Side.BID, quantity=1, price=PRICE, use=use, time_in_force=STAYS
    )
    return the(EntitlementGranted, asked(stage, BUYER, order))


def revoked(facts: list[Fact]) -> list[DecisionRevoked]:
    """What was suspended."""
    return [fact for fact in facts if isinstance(fact, DecisionRevoked)]
