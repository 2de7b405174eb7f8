"""Rules: wallets, conversion at par, and interest.

Source: settlement.md sections 1, 2 and 4: account 1020 moves by conversions and interest only, so e-CNY comes into a
purse and leaves it by conversion alone.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import CNY, ECNY, format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.ecny.commands import ConvertEcny, CreditEcnyInterest, OpenEcnyWallet
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited, EcnyWalletOpened
from exchange.market.fencing import Rulesets
from exchange.market.funds import not_a_bank, not_an_owner, overfull, taken, too_little_free
from exchange.market.parties import unknown_participant
from exchange.market.reasons import Reason
from exchange.market.roles import not_an_operator
from exchange.market.setting_off import SetOff, set_off
from exchange.market.state import Market, References, purse_of


def open_wallet(market: Market, command: OpenEcnyWallet, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let e-CNY be kept at a bank."""
    if (refusal := not_an_operator(market, command, command.bank_id, cause)) is not None:
        return (refusal,)
    bank = market.participants.get(command.bank_id)
    if bank is None:
        return (unknown_participant(command, command.bank_id),)
    if "custodian" not in bank.roles:
        detail = f"roles {', '.join(bank.roles)}; custodians keep the money"
        return (refused(command, Reason.ROLE_MISSING, command.bank_id, detail),)
    if command.bank_id in market.wallets:
        detail = f"e-CNY is kept at {command.bank_id} already; nothing is to be done"
        return (refused(command, Reason.WALLET_EXISTS, command.bank_id, detail),)
    return (EcnyWalletOpened(bank_id=command.bank_id),)


def convert(market: Market, command: ConvertEcny, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Turn one money into the other, both sides in one fact."""
    sold, bought = (CNY, ECNY) if command.direction == "to_ecny" else (ECNY, CNY)
    refusal = (
        not_an_owner(market, command, CNY, cause)
        or _no_wallet(market, command, command.bank_id)
        or too_little_free(market, command, sold, command.amount_minor, cause)
        or _wallet_short(market, command)
        or _overfull(market, command, bought, cause)
    )
    if refusal is not None:
        return (refusal,)
    owed = SetOff(0, 0)
    if bought == CNY:
        owed = set_off(purse_of(market, cause.actor, CNY), command.amount_minor)
    return (
        EcnyConverted(
            conversion_id=derived_id("EC", cause.partition, cause.offset, 0),
            participant_id=cause.actor,
            bank_id=command.bank_id,
            direction=command.direction,
            currency=CNY,
            amount_minor=command.amount_minor,
            repaid_minor=owed.repaid_minor,
            recovered_minor=owed.recovered_minor,
        ),
    )


def credit_interest(
    market: Market, command: CreditEcnyInterest, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Note what a wallet has borne, once for each reference of the bank's."""
    refusal = not_a_bank(market, command, cause) or _no_wallet(market, command, cause.actor)
    if refusal is not None:
        return (refusal,)
    if command.reference in market.references.get(cause.actor, References()).deposits:
        return (taken(command, command.reference, cause),)
    return (
        EcnyInterestCredited(
            bank_id=cause.actor,
            currency=CNY,
            amount_minor=command.amount_minor,
            reference=command.reference,
        ),
    )


def _no_wallet(market: Market, command: Command, bank_id: str) -> Refused | None:
    if bank_id in market.wallets:
        return None
    kept = f"it is kept at {', '.join(sorted(market.wallets))}" if market.wallets else "an operator opens one"
    detail = f"no e-CNY is kept at {bank_id} for this market; {kept}"
    return refused(command, Reason.WALLET_UNKNOWN, bank_id, detail)


def _wallet_short(market: Market, command: ConvertEcny) -> Refused | None:
    held = market.wallets[command.bank_id]
    if command.direction == "to_ecny" or held >= command.amount_minor:
        return None
    wanted, has = (format_minor(each, CNY) for each in (command.amount_minor, held))
    detail = (
        f"{wanted} is wanted, the wallet at {command.bank_id} holds {has} for this market; name another bank"
    )
    return refused(command, Reason.WALLET_SHORT, command.bank_id, detail)


def _overfull(market: Market, command: ConvertEcny, asset: str, cause: Cause) -> Refused | None:
    full = overfull(market, cause.actor, asset, command.amount_minor)
    return None if full is None else refused(command, Reason.BALANCE_TOO_LARGE, *full)
