"""A settlement to play on, and what is asked of it."""

from typing import Any

from exchange.kernel.net_set import NetSet
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import HOUR
from exchange.settlement.commands import KnowParticipant
from exchange.settlement.decider import decider
from exchange.settlement.fx.commands import ConvertFx, QuoteFx
from exchange.settlement.fx.facts import FxAsked, FxQuoted
from exchange.settlement.payees.commands import NamePayee
from exchange.settlement.payouts.commands import ProposePayout, ReleasePayout
from exchange.settlement.payouts.facts import PayoutProposed
from exchange.settlement.shares.commands import AgreeRevenueShare, Beneficiary
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ImportStatement, OpenBankAccount, StatementLine
from tests.support.stage import START, Stage

EXCHANGE, OPERATOR, GOVERNANCE = POLICY_ACTOR, "OP-CN-01", "MB-CN-01"
BANK, OTHER_BANK, BUYER, OTHER, SELLER = "BK-HK-01", "BK-SG-01", "BU-JP-01", "BU-SG-01", "SE-CN-02"
LICENSEE, HOLDERS = "BU-US-01", ("SE-CN-03", "PR-CN-03", "UN-CN-01")
ROLES = {
    OPERATOR: "operator",
    GOVERNANCE: "governance",
    **dict.fromkeys((BANK, OTHER_BANK), "custodian"),
    **dict.fromkeys((BUYER, OTHER, LICENSEE), "buyer"),
    **dict.fromkeys((SELLER, *HOLDERS), "seller"),
}
MARKET, ACCOUNT, IBAN = "M-SH", "HK-CNY-0001", "DE89370400440532013000"


def a_settlement() -> Stage[Settlement]:
    """Everybody is known."""
    stage = Stage(decider())
    stage.given(
        EXCHANGE, *(KnowParticipant(participant_id=name, roles=(role,)) for name, role in ROLES.items())
    )
    return stage


def a_quote(**changed: Any) -> QuoteFx:
    """Yen for yuan at 0.0480, whoever sells yen."""
    values: dict[str, Any] = {
        "base_currency": "JPY",
        "quote_currency": "CNY",
        "sell_currency": "JPY",
        "side": "fixed_sell",
        "rate": "0.0480",
        "source": "desk",
        "expires_at": START + HOUR,
        "max_minor": 10_000_000,
    }
    return QuoteFx(**(values | changed))


def quoted(stage: Stage[Settlement], **changed: Any) -> str:
    """The id of a bank's quote."""
    (fact,) = stage.ask(BANK, a_quote(**changed))
    assert isinstance(fact, FxQuoted), fact
    return fact.quote_id


def a_conversion(quote_id: str, amount_minor: int = 250_000, **changed: Any) -> ConvertFx:
    """Yen for yuan in the market."""
    values: dict[str, Any] = {"market_id": MARKET, "sell_currency": "JPY", "buy_currency": "CNY"}
    return ConvertFx(quote_id=quote_id, amount_minor=amount_minor, **(values | changed))


def converted(
    stage: Stage[Settlement], quote_id: str, amount_minor: int = 250_000, actor: str = BUYER, **changed: Any
) -> FxAsked:
    """What the market is to exchange."""
    (fact,) = stage.ask(actor, a_conversion(quote_id, amount_minor, **changed))
    assert isinstance(fact, FxAsked), fact
    return fact


def a_net_set(amount_minor: int = 1_170_000, **changed: Any) -> NetSet:
    """What one market partition owes the seller."""
    values: dict[str, Any] = {
        "set_id": "PS-0.7.0",
        "run_id": "PR-0.3.0",
        "partition": 0,
        "participant_id": SELLER,
        "currency": "CNY",
        "value_date": "2026-11-03",
        "payable_minor": amount_minor,
        "commission_minor": 0,
        "share_minor": 0,
        "netted_minor": 0,
        "amount_minor": amount_minor,
    }
    return NetSet(**(values | changed))


def proposed(stage: Stage[Settlement], net: NetSet | None = None) -> PayoutProposed:
    """A net set that waits to be released."""
    (fact,) = stage.ask(EXCHANGE, ProposePayout(net=net or a_net_set()))
    assert isinstance(fact, PayoutProposed), fact
    return fact


def a_payee(number: str = IBAN, **changed: Any) -> NamePayee:
    """Where the seller is paid to."""
    values: dict[str, Any] = {
        "participant_id": SELLER,
        "currency": "CNY",
        "holder": "Lingang Data Co., Ltd.",
        "account_number": number,
        "bic": "PUDBCNSH",
    }
    return NamePayee(**(values | changed))


def released(stage: Stage[Settlement], net: NetSet | None = None) -> str:
    """A net set that the bank may pay."""
    payout = proposed(stage, net)
    for person in (OPERATOR, GOVERNANCE)[: payout.releases_needed]:
        stage.given(person, ReleasePayout(set_id=payout.net.set_id, digest=payout.digest))
    return payout.net.set_id


def an_advice(*lines: StatementLine, **changed: Any) -> ImportStatement:
    """What the bank says before its statement does."""
    values: dict[str, Any] = {
        "account_id": ACCOUNT,
        "statement_id": "AD-1",
        "currency": "CNY",
        "kind": "advice",
    }
    return ImportStatement(lines=lines, digest=b"\x03" * 32, **(values | changed))


def an_account(**changed: Any) -> OpenBankAccount:
    """The bank's account for yuan."""
    values: dict[str, Any] = {"account_id": ACCOUNT, "bank_id": BANK, "currency": "CNY"}
    return OpenBankAccount(**(values | changed))


def a_line(reference: str = "D-1", amount_minor: int = 1_000, direction: Any = "credit") -> StatementLine:
    """A movement."""
    return StatementLine(
        reference=reference, amount_minor=amount_minor, direction=direction, value_date="2026-11-02"
    )


def a_statement(*lines: StatementLine, opening_minor: int = 0, **changed: Any) -> ImportStatement:
    """What the bank says of its account; its balances fit its lines."""
    moved = sum(each.amount_minor if each.direction == "credit" else -each.amount_minor for each in lines)
    values: dict[str, Any] = {
        "account_id": ACCOUNT,
        "statement_id": "ST-1",
        "currency": "CNY",
        "digest": b"\x01" * 32,
        "opening_minor": opening_minor,
        "closing_minor": opening_minor + moved,
    }
    return ImportStatement(lines=lines, **(values | changed))


def an_agreement(**changed: Any) -> AgreeRevenueShare:
    """The licensee of P-23 shares 30 % of its net revenue, of which USD 5,000.00 at once. Source: SC-10."""
    weights = zip(("RS-01", "RS-02", "RS-03"), HOLDERS, (50, 30, 20), strict=True)
    values: dict[str, Any] = {
        "agreement_id": "RA-P-23",
        "product_id": "P-23",
        "market_id": MARKET,
        "payer_id": LICENSEE,
        "currency": "USD",
        "share_bp": 3_000,
        "guarantee_minor": 500_000,
        "beneficiaries": tuple(
            Beneficiary(share_id=share, participant_id=who, weight=weight) for share, who, weight in weights
        ),
    }
    return AgreeRevenueShare(**(values | changed))
