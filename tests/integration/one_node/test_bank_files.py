"""On a whole node, from a purchase to the bank and back through files: paid once, imported once, books at zero."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.banking.transfer_checks import check_transfers
from exchange.cli.root import root
from exchange.market.facts import PurchaseAccepted
from exchange.registry.commands import Role
from exchange.sdk import Exchange
from exchange.settlement.statements.commands import OpenBankAccount
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import OPERATOR, Trade, a_participant
from tests.unit.banking.files import ACCOUNT as ACCOUNT_OF_FILES
from tests.unit.banking.files import advice, balance, details, entry, statement

VALUE_DATE = "2031-01-05"
"""A day of this test's own: a run nets what every seller of the node is owed."""
IBAN = "DE89370400440532013000"


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        trade.buyer = exchange.buyer(unique_name("BU"))
        await exchange.operator(OPERATOR).admit(a_participant(trade.buyer.participant_id, "JP", Role.BUYER))
        yield trade


class Terminal:
    """`exchange settlement` at a node, with a bank of this test's own."""

    def __init__(self, node: DataDirectory, directory: Path, bank: str) -> None:
        self.node, self.directory, self.bank = node, directory, bank
        self.account = unique_name("CNY")

    async def __call__(self, *words: object) -> str:
        """A command ends its own loop, so it runs beside this one."""
        return await asyncio.to_thread(self._said, *words)

    def _said(self, *words: object) -> str:
        given = ["settlement", *map(str, words), "--data", str(self.node.path)]
        ended = CliRunner().invoke(root, given, prog_name="exchange")
        assert ended.exit_code == 0, (ended.output, ended.exception)
        return ended.output

    async def imported(self, content: bytes, name: str, *more: object) -> str:
        path = self.directory / name
        path.write_bytes(content.replace(ACCOUNT_OF_FILES.encode(), self.account.encode()))
        return await self("import", path, "--as", self.bank, *more)


def moved(reference: str, amount: str, sign: str) -> str:
    return entry(amount, sign, details=details((reference, "", "Lingang Data")))


async def _sold(trade: Trade, bank: str, deposit: str) -> None:
    custodian = trade.exchange.custodian(bank)
    await custodian.confirm_deposit(trade.market_id, trade.buyer.participant_id, 1_200_000, "CNY", deposit)
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    await trade.buyer.accept(entitlement)
    assert isinstance(await trade.buyer.conclusion(entitlement), PurchaseAccepted)


async def _released(trade: Trade) -> str:
    """The seller's set, let go by one person; those of other tests' sellers are undone."""
    operator, released = trade.exchange.operator(OPERATOR), ""
    await operator.set_release_limit("CNY", 1_170_000)
    for each in await operator.run_payouts("CNY", VALUE_DATE):
        if each.net.participant_id == trade.seller.participant_id:
            await operator.release_payout(each.net.set_id, each.digest)
            released = each.net.set_id
        else:
            await operator.reject_payout(each.net.set_id, "Not of this test.")
    return released


async def test_what_is_owed_goes_to_the_bank_and_comes_back_confirmed(
    node: DataDirectory, trade: Trade, tmp_path: Path
) -> None:
    exchange, seller, bank = trade.exchange, trade.seller.participant_id, unique_name("BK")
    terminal, deposit = Terminal(node, tmp_path, bank), unique_name("in")
    operator = exchange.operator(OPERATOR)
    await operator.admit(a_participant(bank, "HK", Role.CUSTODIAN))
    await operator.open_bank_account(
        OpenBankAccount(account_id=terminal.account, bank_id=bank, currency="CNY", holder="Corridor Operator")
    )
    await trade.seller.name_payee("CNY", "Lingang Data", IBAN, "PUDBCNSH")
    await _sold(trade, bank, deposit)
    set_id = await _released(trade)

    paying = ("--account", terminal.account, "--as", OPERATOR)
    told = await terminal("payment-file", set_id, "-o", tmp_path / "1.xml", *paying)
    assert f"1 payment of CNY 11,700.00 for {bank}" in told
    await terminal("payment-file", set_id, "-o", tmp_path / "2.xml", *paying)
    content = (tmp_path / "1.xml").read_bytes()
    assert content == (tmp_path / "2.xml").read_bytes()
    assert check_transfers(content, "f")[2] == {"CNY": 1_170_000}

    out = moved(set_id, "11700.00", "DBIT")
    plan = await terminal.imported(advice(out), "advice.xml", "--dry-run")
    assert "as things stand its outcome would be: StatementImported, LineMatched, PayoutPaid" in plan
    told = await terminal.imported(advice(out), "advice.xml")
    assert f"  paid: {set_id}, CNY 11,700.00 to {seller}\n" in told
    whole = statement(
        balance("OPBD", "0.00"), balance("CLBD", "300.00"), moved(deposit, "12000.00", "CRDT"), out
    ).replace(b"S-2026-11-30", b"S-2026-12-01")
    assert "2 matched, 0 in suspense; closes with CNY 300.00" in await terminal.imported(
        whole, "statement.xml"
    )
    for content, name in ((advice(out), "advice.xml"), (whole, "statement.xml")):
        assert "Imported before" in await terminal.imported(content, name)
    await _in_the_books(trade, set_id, bank)


async def _in_the_books(trade: Trade, set_id: str, bank: str) -> None:
    analyst = trade.exchange.analyst()
    await analyst.up_to_date()
    (payout,) = (await analyst.query("payouts", set=set_id)).as_dicts()
    assert (payout["state"], payout["bank_id"], payout["reference"]) == ("paid", bank, set_id)
    rows = await analyst.sql(
        "SELECT account, party, sum(debit_minor - credit_minor) AS held FROM balances"
        f" WHERE party IN ('{trade.seller.participant_id}', '{bank}') GROUP BY account, party"
    )
    held = {(row["account"], row["party"]): row["held"] for row in rows.as_dicts() if row["held"]}
    assert held == {(1010, bank): 30_000}
    assert {row["difference_minor"] for row in (await analyst.query("trial_balance")).as_dicts()} == {0}
    (named,) = (await analyst.query("payees", participant=trade.seller.participant_id)).as_dicts()
    assert named["account"] == "DE89…3000"
