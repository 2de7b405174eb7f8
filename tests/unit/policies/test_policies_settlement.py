"""What the settlement is told, and what it asks of markets: the very partition, one of an owner's, or all."""

from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.protocol import Refused
from exchange.market.commands import ConfirmPayout
from exchange.market.payouts.commands import NetPayables, ReversePayout
from exchange.policies import POLICIES, Ask, asked_of
from exchange.registry.commands import ReinstateParticipant, Role, SuspendParticipant
from exchange.registry.facts import ParticipantAdmitted
from exchange.settlement.commands import KnowParticipant, KnowStanding
from exchange.settlement.fx.commands import ReturnFx
from exchange.settlement.payouts.facts import PayoutPaid, PayoutReversed, PayoutRunOpened
from exchange.settlement.shares.commands import ReturnShare
from tests.unit.registry.stage import OPERATOR, a_registry, an_admission

WHO = "BU-JP-01"


def asked(context: str, fact: object, actor: str = "exchange") -> list[Ask]:
    meta = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=1)
    asks = asked_of(context, Recorded(meta, fact), POLICIES)  # type: ignore[arg-type]
    return [each for each in asks if context != "registry" or each.context == "settlement"]


def test_the_settlement_knows_who_takes_part_and_who_may_not_at_present() -> None:
    stage = a_registry()
    (admitted,) = stage.ask(OPERATOR, an_admission(WHO, Role.BUYER, Role.BROKER))
    assert isinstance(admitted, ParticipantAdmitted)
    known = KnowParticipant(
        participant_id=WHO,
        roles=("buyer", "broker"),
        display_name=admitted.display_name,
        place=admitted.place,
    )
    assert asked("registry", admitted) == [Ask("settlement", "settlement", known)]
    for active, command in (
        (False, SuspendParticipant(participant_id=WHO, grounds="Late.")),
        (True, ReinstateParticipant(participant_id=WHO)),
    ):
        (fact,) = stage.ask(OPERATOR, command)
        standing = KnowStanding(participant_id=WHO, active=active)
        assert asked("registry", fact) == [Ask("settlement", "settlement", standing)]


def test_every_market_is_to_net_and_the_one_that_holds_a_set_to_end_it() -> None:
    opened = PayoutRunOpened(run_id="PR-0.1.0", currency="CNY", value_date="2026-11-03")
    (net,) = asked("settlement", opened)
    assert net == Ask("market", None, NetPayables(run_id="PR-0.1.0", currency="CNY", value_date="2026-11-03"))
    paid = PayoutPaid(
        set_id="PS-1.2.0",
        partition=1,
        participant_id=WHO,
        currency="CNY",
        amount_minor=5,
        bank_id="BK-HK-01",
        reference="PAY-1",
    )
    (confirmed,) = asked("settlement", paid)
    assert (confirmed.context, confirmed.key, confirmed.targets(2)) == ("market", 1, (1,))
    assert isinstance(confirmed.command, ConfirmPayout)
    assert confirmed.command.set_id == "PS-1.2.0"
    undone = PayoutReversed(set_id="PS-0.2.0", partition=0, cause="failed", grounds="Closed.")
    assert asked("settlement", undone) == [Ask("market", 0, ReversePayout(set_id="PS-0.2.0"))]


def test_what_a_market_refuses_the_exchange_is_taken_back_and_what_it_refuses_others_is_not() -> None:
    refused = Refused(command="ExchangeMoney", reason="FUNDS_INSUFFICIENT", subject="FC-0.1.0", detail="0")
    back = ReturnFx(conversion_id="FC-0.1.0", reason="FUNDS_INSUFFICIENT", detail="0")
    assert asked("market", refused) == [Ask("settlement", "settlement", back)]
    assert asked("market", refused, actor=WHO) == []
    share = Refused(command="PayRevenueShare", reason="FUNDS_INSUFFICIENT", subject="RS-0.1.0", detail="0")
    returned = ReturnShare(claim_id="RS-0.1.0", reason="FUNDS_INSUFFICIENT", detail="0")
    assert asked("market", share) == [Ask("settlement", "settlement", returned)]
    assert asked("market", Refused(command="PlaceOrder", reason="X", subject="Y", detail="")) == []
