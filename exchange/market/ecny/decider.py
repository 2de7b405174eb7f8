"""e-CNY as a room of the market. Shape: its purses and its till are those of the asset, not of the currency."""

from exchange.kernel.money import CNY, ECNY
from exchange.market.bills.folding import credit_repaid
from exchange.market.ecny import commands as asked
from exchange.market.ecny import facts as happened
from exchange.market.ecny.converting import convert, credit_interest, open_wallet
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market, References
from exchange.market.subscriptions.fold import pay_again


def wallet_opened(market: Market, fact: happened.EcnyWalletOpened, at: int) -> None:
    market.wallets[fact.bank_id] = 0


def converted(market: Market, fact: happened.EcnyConverted, at: int) -> None:
    owner, amount = fact.participant_id, fact.amount_minor
    sold, bought = (CNY, ECNY) if fact.direction == "to_ecny" else (ECNY, CNY)
    source = purse_at(market, owner, sold)
    source.cash -= amount
    solvent(source, fact)
    till_at(market, sold).paid_out += amount
    target = purse_at(market, owner, bought)
    target.cash += amount - fact.repaid_minor - fact.recovered_minor
    target.owed -= fact.repaid_minor
    target.clawback -= fact.recovered_minor
    solvent(target, fact)
    till_at(market, bought).deposited += amount
    market.wallets[fact.bank_id] += amount if bought == ECNY else -amount
    if bought == CNY:
        credit_repaid(market, owner, CNY, fact.repaid_minor)
        pay_again(market, owner, at)


def interest_credited(market: Market, fact: happened.EcnyInterestCredited, at: int) -> None:
    """It is nobody's purse's."""
    market.wallets[fact.bank_id] += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).deposits.add(fact.reference)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.OpenEcnyWallet: open_wallet,
        asked.ConvertEcny: convert,
        asked.CreditEcnyInterest: credit_interest,
    },
    folds={
        happened.EcnyWalletOpened: wallet_opened,
        happened.EcnyConverted: converted,
        happened.EcnyInterestCredited: interest_credited,
    },
    due={},
)
