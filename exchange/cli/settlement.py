"""`settlement`: paying what participants are owed, and holding what banks say against the books."""

import click

from exchange.cli.options import example
from exchange.cli.settlement_accounts import accounts, open_account, pay_to, payees
from exchange.cli.settlement_credit import bills, credit_limit
from exchange.cli.settlement_fx import convert, quote, quotes, withdraw_quote
from exchange.cli.settlement_importing import import_file
from exchange.cli.settlement_paid import confirm, fail, returned
from exchange.cli.settlement_paying import payment_file
from exchange.cli.settlement_sets import limit, reject, release, run, sets, show
from exchange.cli.settlement_shares import agree, report, shares
from exchange.cli.settlement_supply import supply_tax
from exchange.cli.settlement_suspense import book, credit, send_back, suspense

_COMMANDS = (
    *(run, sets, show, release, reject, limit),
    *(payment_file, confirm, fail, returned, import_file),
    *(suspense, credit, send_back, book),
    *(pay_to, payees, open_account, accounts),
    *(quote, quotes, withdraw_quote, convert),
    *(agree, report, shares),
    *(supply_tax, credit_limit, bills),
)


class _InOrder(click.Group):
    """Lists its commands in the order in which money goes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder,
    epilog=example(
        "exchange settlement run CNY --as OP-CN-01",
        "exchange settlement payment-file PR-0.25.0 -o payments.xml --as OP-CN-01",
        "exchange settlement import statement.xml --as OP-CN-01",
        "exchange settlement suspense",
    ),
)
def settlement() -> None:
    """Pay participants; take in what banks say.

    A run nets what is owed in a currency. Sets are released, by two persons above the limit, and written into a payment
    file. What the bank's file says confirms them.
    """


for each in _COMMANDS:
    settlement.add_command(each)
