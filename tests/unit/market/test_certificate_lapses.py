"""SC-14 as it is told: the certificate of a recipient lapses in the middle of a prepaid month."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.safeguard import SafeguardTerms
from exchange.kernel.time import DAY
from exchange.market.commands import OpenInstrument, RecordParticipant
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.facts import EntitlementGranted, FenceDecided, PurchaseAccepted
from exchange.market.plans.commands import SetPricePlan
from tests.unit.market.people import a_certificate, brought
from tests.unit.market.plan_stage import MIDNIGHT, a_subscription, asked, monthly, tiers, until
from tests.unit.market.quoting import speech
from tests.unit.market.running import HOST, LAPSES, NEW_YEAR, PLAN, PRICE
from tests.unit.market.stage import (
    BUYER,
    Stage,
    a_standing,
    a_use,
    everyone,
    licence,
    the,
    the_ruleset,
    traits,
)
from tests.unit.market.test_entitlements_ending import said

CERTIFICATE = a_certificate(
    "I-10",
    kind="CBPR",
    exporter_id=None,
    recipient_id=BUYER,
    recognised_in=("JP",),
    valid_from="2025-12-16",
    valid_to="2026-12-15",
    tz="Asia/Singapore",
)


def a_plan_of_persons() -> tuple[Stage, EntitlementGranted]:
    """P-38S for December, with persons of Singapore in it, bought by a holder of a certificate."""
    stage = Stage().told(
        *everyone(), the_ruleset(), RecordParticipant(standing=a_standing(HOST, "SG", "seller"))
    )
    stage.deposited(BUYER, 2 * PRICE, "SGD")
    persons = traits(contains_pi=True, collected_in=("SG",), persons=400, sensitive_persons=0)
    sold = {"currency": "SGD", "traits": persons, "licence": licence(spatial=("JP",), purposes=("sale",))}
    named = dict.fromkeys(("instrument_id", "listing_id", "product_id"), PLAN)
    offer = speech(HOST, unit="licence", subscription=True, stored_in="SG", **named, **sold)
    stage.told(OpenInstrument(terms=offer))
    asked(stage, HOST, SetPricePlan(instrument_id=PLAN, plan=monthly(tiers=tiers((0, 8_000_000_000)))))
    brought(stage, CERTIFICATE)
    until(stage, MIDNIGHT)
    use = a_use(purpose="sale", foreign_authority_request=False)
    return stage, the(EntitlementGranted, asked(stage, BUYER, a_subscription(PLAN, use=use)))


def decisions(stage: Stage) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [
        (fact.outcome, fact.deciding_codes, fact.note_codes)
        for fact, _ in stage.journal
        if isinstance(fact, FenceDecided)
    ]


def test_the_right_is_suspended_at_the_issuer_s_midnight_and_what_is_unused_goes_back() -> None:
    stage, right = a_plan_of_persons()
    assert decisions(stage) == [("ALLOW_COND", ("SG_CERT",), ())]
    revoked = the(DecisionRevoked, until(stage, LAPSES))
    assert (revoked.entitlement_id, revoked.basis) == (right.entitlement_id, "date")
    assert decisions(stage)[-1] == ("DENY", ("SG_S26",), ("INSTRUMENT_EXPIRED",))
    ended = the(EntitlementEnded, until(stage, NEW_YEAR))
    assert (ended.unused_days, ended.days, ended.refunded_minor) == (16, 31, 412_903)
    accepted = the(PurchaseAccepted, stage.ask(POLICY_ACTOR, said(right.trade_id)))
    assert (accepted.gross_minor, accepted.fee_net_minor, accepted.fee_tax_minor) == (387_097, 9_129, 548)
    assert stage.purse(HOST, "SGD").payable == 377_420


def test_another_certificate_lets_the_rest_of_the_month_run() -> None:
    stage, _ = a_plan_of_persons()
    until(stage, LAPSES)
    before = len(stage.journal)
    brought(
        stage, a_certificate("I-11", kind="CBPR", exporter_id=None, recipient_id=BUYER, recognised_in=("JP",))
    )
    stage.settle()
    restored = the(DecisionRestored, [fact for fact, _ in stage.journal[before:]])
    assert restored.unused_days == 0


@pytest.mark.parametrize(
    ("changed", "note"),
    [({"status": "revoked"}, "INSTRUMENT_REVOKED"), ({"scope_changed": True}, "SCOPE_CHANGED")],
)
def test_the_right_is_suspended_at_once_where_its_certificate_counts_no_more(
    changed: dict[str, Any], note: str
) -> None:
    stage, right = a_plan_of_persons()
    until(stage, MIDNIGHT + 3 * DAY)

    def turns(safeguard: SafeguardTerms) -> list[Any]:
        before = len(stage.journal)
        brought(stage, safeguard)
        stage.settle()
        told = (fact for fact, _ in stage.journal[before:])
        return [fact for fact in told if isinstance(fact, DecisionRevoked | DecisionRestored)]

    (revoked,) = turns(replace(CERTIFICATE, **changed))
    assert isinstance(revoked, DecisionRevoked)
    assert (revoked.entitlement_id, revoked.basis) == (right.entitlement_id, "safeguard")
    assert decisions(stage)[-1] == ("DENY", ("SG_S26",), (note,))
    (restored,) = turns(CERTIFICATE)
    assert isinstance(restored, DecisionRestored)
    assert decisions(stage)[-1] == ("ALLOW_COND", ("SG_CERT",), ())
