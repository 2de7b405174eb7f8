"""`invoice respond` and `invoice details`: what is answered to an invoice, and how one is named on those to come."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.invoice_looking import a_number
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

CODES = ("AB", "IP", "UQ", "CA", "RE", "AP", "PD")
REASONS = ("REF", "QTY", "OTH")
_SAID = {
    "AB": "received", "IP": "in process", "UQ": "under query", "CA": "accepted on conditions", "RE": "rejected",
    "AP": "accepted", "PD": "paid",
}  # fmt: skip
_TAX = "CATEGORY[:PERCENT]"
_EXCHANGE = re.compile(r"[A-Z]{3}:(0|[1-9]\d{0,8})(\.\d{1,10})?", re.ASCII)
_PERCENT = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)


@click.command(
    epilog=example(
        "exchange invoice respond 2026-SE-CN-02-000001 AP --as BU-JP-01",
        "exchange invoice respond 2026-SE-CN-02-000001 RE --as BU-JP-01 \\",
        '    --reason QTY --grounds "A week is missing."',
    )
)
@a_number
@click.argument("code", type=click.Choice(CODES))
@data
@acting
@click.option(
    "--reason",
    "reasons",
    type=click.Choice(REASONS),
    multiple=True,
    help="Of UQ, CA and RE; may be repeated.",
)
@click.option("--grounds", default="", metavar="TEXT", help="Why.")
@dry_run
@as_json
def respond(
    number: str,
    code: Any,
    data: Path,
    actor: str,
    reasons: tuple[Any, ...],
    grounds: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Answer an invoice, as whom it is to.

    AB it came, IP it is worked on, UQ it is queried, CA accepted on conditions, RE rejected, AP accepted, PD paid. To
    reject the invoice of a purchase is to dispute that: its money is held.
    """

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).respond_to_invoice(number, code, reasons, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Answered: {number} is {_SAID[fact.code]}.", *_follows(fact, data))


def _follows(fact: Any, data: Path) -> tuple[str, ...]:
    if fact.code != "RE" or fact.matter != "purchase":
        return ()
    return (
        "It is in dispute now; how that stands:",
        f"  exchange purchase show {fact.trade_id}{naming(data)}",
    )


@click.command(
    epilog=example(
        'exchange invoice details --as SE-DE-01 --name "Hafen GmbH" \\',
        '    --legal-id "HRB 4711" --tax-id DE123456789 --at-home S:19 \\',
        "    --endpoint 0199:5493001KJTIIGC8Y1R12",
    )
)
@data
@acting
@click.option(
    "--of",
    metavar="NAME",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Whose details; an operator may say it of anybody.  [default: one's own]",
)
@click.option("--name", required=True, metavar="TEXT", help="The legal name.")
@click.option("--legal-id", default="", metavar="ID", help="The number under which it is registered.")
@click.option("--tax-id", default="", metavar="ID", help="The number under which it pays VAT or GST.")
@click.option(
    "--endpoint", default="", metavar="SCHEME:ID", help="Where it takes e-invoices, such as 0195:200412345A."
)
@click.option("--street", default="", metavar="TEXT", help="Its address.")
@click.option("--city", default="", metavar="TEXT", help="Its address.")
@click.option("--post-code", default="", metavar="TEXT", help="Its address.")
@click.option("--at-home", metavar=_TAX, help="The tax that its prices include for buyers of its country.")
@click.option("--abroad", metavar=_TAX, help="The tax that they include for others.")
@click.option(
    "--sgd-rate",
    "sgd_rates",
    multiple=True,
    metavar="CURRENCY:RATE",
    help="SGD for one unit of it, in Singapore; may be repeated.",
)
@click.option("--exemption", default="", metavar="TEXT", help="Why a category has no tax.")
@click.option("--exemption-code", default="", metavar="CODE", help="The same, by the VATEX list.")
@dry_run
@as_json
def details(data: Path, actor: str, of: str | None, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Say what invoices are to say of a participant from now on.

    It is said anew as a whole; `exchange query billing_details` shows what holds. Who names no tax charges none.
    """

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).set_billing_details(_details(said), of or actor)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Set: invoices name {fact.participant_id} as {fact.details.legal_name} from now on.",
        )


def _details(said: dict[str, Any]) -> Any:
    from exchange.cli.uses import checked
    from exchange.settlement.invoices.values import BillingDetails

    scheme, _, endpoint = said["endpoint"].partition(":")
    reason = {name: said[name] for name in ("exemption", "exemption_code")}
    taxes = {name: _tax(said[name], reason) for name in ("at_home", "abroad") if said[name] is not None}
    address = {name: said[name] for name in ("legal_id", "tax_id", "street", "city", "post_code")}
    return checked(
        BillingDetails,
        legal_name=said["name"],
        endpoint_scheme=scheme,
        endpoint_id=endpoint,
        sgd_rates=tuple(_sgd_rate(each) for each in said["sgd_rates"]),
        **address,
        **taxes,
    )


def _sgd_rate(text: str) -> dict[str, str]:
    """A currency and a rate, such as CNY:0.18."""
    if not _EXCHANGE.fullmatch(text):
        raise Misuse(f"{text} is no rate; write a currency and SGD for one unit of it, such as CNY:0.18")
    currency, _, rate = text.partition(":")
    return {"currency": currency, "rate": rate}


def _tax(text: str, reason: dict[str, str]) -> dict[str, Any]:
    """A category and its rate, such as S:19 or SR:9; one without tax has the reason that was given."""
    from exchange.invoicing.totals import scaled

    category, _, rate = text.partition(":")
    if not _PERCENT.fullmatch(rate or "0"):
        raise Misuse(f"{text} is no tax; write its category and its rate in per cent, such as S:19")
    rate_bp = scaled(rate or "0", 2)
    return {"category": category, "rate_bp": rate_bp, **({} if rate_bp else reason)}
