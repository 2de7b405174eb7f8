"""The chart of accounts. Source: settlement.md section 1."""

from types import MappingProxyType
from typing import Literal, NamedTuple

from exchange.kernel.money import BESIDE
from exchange.kernel.supply import CollectedTax

CUSTODIAN = 1010
WALLET = 1020
CASH = 2010
RESERVED = 2020
WITHDRAWING = 2030
IN_TRANSIT = 2050
DEPOSITS = 2110
CREDIT = 1100
CLAWBACK = 1110
SUBSIDY_DUE = 1200
FX_CLEARING = 1900
ESCROW = 2100
DISPUTED = 2400
PAYABLE = 2200
COMMISSION = 2210
REVENUE_SHARE = 2220
TAX = 2300
FEE_INCOME = 4010
SERVICE_INCOME = 4020
PENALTIES = 4030
SUBSIDY_FUND = 2500
SUSPENSE = 2900
OPERATOR_EQUITY = 3000
PROVIDER_COST = 5010
ROUNDING = 5030

SUPPLY = "-supply"
"""What the party of collected supply tax ends with, as `CN-6-supply`."""
OPERATOR_PARTY = "operator"
"""The party of the operator's own accounts."""


class ChartLine(NamedTuple):
    """An account's name and the side on which it grows."""

    name: str
    normal: Literal["debit", "credit", "either"]


CHART: MappingProxyType[int, ChartLine] = MappingProxyType(
    {
        CUSTODIAN: ChartLine("Custodian bank", "debit"),
        WALLET: ChartLine("e-CNY operating wallet", "debit"),
        CREDIT: ChartLine("Receivable from buyer", "debit"),
        CLAWBACK: ChartLine("Receivable from seller", "debit"),
        SUBSIDY_DUE: ChartLine("Subsidy programme receivable", "debit"),
        FX_CLEARING: ChartLine("FX clearing", "either"),
        CASH: ChartLine("Buyer cash", "credit"),
        RESERVED: ChartLine("Buyer reserved", "credit"),
        WITHDRAWING: ChartLine("Withdrawals under way", "credit"),
        IN_TRANSIT: ChartLine("In transit between markets", "credit"),
        ESCROW: ChartLine("Escrow", "credit"),
        DEPOSITS: ChartLine("Auction and pool deposits", "credit"),
        PAYABLE: ChartLine("Seller payable", "credit"),
        COMMISSION: ChartLine("Broker commission payable", "credit"),
        REVENUE_SHARE: ChartLine("Revenue-share payable", "credit"),
        TAX: ChartLine("Tax payable", "credit"),
        2310: ChartLine("Withholding tax payable", "credit"),
        DISPUTED: ChartLine("Dispute hold", "credit"),
        SUBSIDY_FUND: ChartLine("Subsidy fund liability", "credit"),
        SUSPENSE: ChartLine("Suspense", "credit"),
        OPERATOR_EQUITY: ChartLine("Operator equity", "credit"),
        FEE_INCOME: ChartLine("Exchange fee income", "credit"),
        SERVICE_INCOME: ChartLine("Membership and service fee income", "credit"),
        PENALTIES: ChartLine("Penalty income", "credit"),
        PROVIDER_COST: ChartLine("Payment-provider cost", "debit"),
        5020: ChartLine("FX gain or loss", "either"),
        ROUNDING: ChartLine("Rounding difference", "either"),
    }
)


def settles(asset: str, currency: str) -> bool:
    """Whether amounts in a currency can be settled in an asset: its own money, or what stands beside it."""
    return asset == currency or BESIDE.get(asset) == currency


class Account(NamedTuple):
    """A place where money is: a line of the chart, and whose part of it."""

    code: int
    party: str


def custodian(bank_id: str) -> Account:
    """What lies at a custodian bank."""
    return Account(CUSTODIAN, bank_id)


def wallet(bank_id: str) -> Account:
    """The exchange's e-CNY at a bank."""
    return Account(WALLET, bank_id)


def cash(participant_id: str) -> Account:
    """What a participant may spend in a market."""
    return Account(CASH, participant_id)


def reserved(participant_id: str) -> Account:
    """What a participant's open orders hold."""
    return Account(RESERVED, participant_id)


def escrow(trade_id: str) -> Account:
    """What is held from the trade to its acceptance."""
    return Account(ESCROW, trade_id)


def disputed(trade_id: str) -> Account:
    """What a dispute holds."""
    return Account(DISPUTED, trade_id)


def clawback(participant_id: str) -> Account:
    """What a seller owes for refunds of sales that it was paid for."""
    return Account(CLAWBACK, participant_id)


def credit(participant_id: str) -> Account:
    """What a participant that pays later has drawn."""
    return Account(CREDIT, participant_id)


def withdrawing(participant_id: str) -> Account:
    """What a participant asked to have back and the bank has not paid yet."""
    return Account(WITHDRAWING, participant_id)


def in_transit(transfer_id: str) -> Account:
    """What was sent to another market. Shape: over all partitions zero once it has arrived or is back."""
    return Account(IN_TRANSIT, transfer_id)


def commission(participant_id: str) -> Account:
    """What a broker is owed."""
    return Account(COMMISSION, participant_id)


def deposits(participant_id: str) -> Account:
    """What a participant has left as deposits of auctions and pools."""
    return Account(DEPOSITS, participant_id)


def payable(participant_id: str) -> Account:
    """What a seller is owed."""
    return Account(PAYABLE, participant_id)


def supply_tax(supply: CollectedTax) -> Account:
    """What an authority is owed for what was sold, as `CN-6-supply`."""
    code, party = tax(supply.authority, supply.rate_bp)
    return Account(code, f"{party}{SUPPLY}")


def tax(authority: str, rate_bp: int) -> Account:
    """What an authority is owed at a rate, as `CN-6`. Units: `rate_bp` in hundredths of a per cent."""
    percent, hundredths = divmod(rate_bp, 100)
    rate = f"{percent}.{hundredths:02d}".rstrip("0") if hundredths else str(percent)
    return Account(TAX, f"{authority}-{rate}")


def fee_income() -> Account:
    """What the exchange earned."""
    return Account(FEE_INCOME, OPERATOR_PARTY)


def service_income() -> Account:
    """What buyers paid once for the exchange's service."""
    return Account(SERVICE_INCOME, OPERATOR_PARTY)


def penalties() -> Account:
    """What participants forfeited."""
    return Account(PENALTIES, OPERATOR_PARTY)


def fx_clearing() -> Account:
    """Where both sides of an exchange of currencies meet: zero after each outcome."""
    return Account(FX_CLEARING, OPERATOR_PARTY)


def revenue_share(participant_id: str) -> Account:
    """What a participant is owed as its share of others' revenue."""
    return Account(REVENUE_SHARE, participant_id)


def subsidy_due(sponsor_id: str) -> Account:
    """What a sponsor has promised and not paid."""
    return Account(SUBSIDY_DUE, sponsor_id)


def subsidy_fund(programme_id: str) -> Account:
    """What a programme has for those who may claim. Shape: it lies with the settlement, and markets pay out of it."""
    return Account(SUBSIDY_FUND, programme_id)


def suspense(bank_id: str) -> Account:
    """What a bank's statement says and nothing else explains."""
    return Account(SUSPENSE, bank_id)


def operator_equity() -> Account:
    """The exchange's own money."""
    return Account(OPERATOR_EQUITY, OPERATOR_PARTY)


def provider_cost() -> Account:
    """What banks charge."""
    return Account(PROVIDER_COST, OPERATOR_PARTY)


def rounding() -> Account:
    """What rounding leaves."""
    return Account(ROUNDING, OPERATOR_PARTY)
