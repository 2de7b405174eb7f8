"""`settlement agree`, `report`, `shares`: a licensee's revenue shared with those who have a part in a product."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.looking import row_soon
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import basis_points, minor_of, money, show_rows
from exchange.kernel.errors import Misuse

_an_agreement = click.argument(
    "agreement", shell_complete=completing.in_tables("revenue_agreements", "agreement_id")
)


@click.command(
    epilog=example(
        "exchange settlement agree RA-P-23 P-23 --payer BU-SG-01 --currency USD \\",
        "    --percent 30 --guarantee 5000.00 --share RS-01=SE-CN-03:50 \\",
        "    --share RS-02=PR-CN-03:30 --share RS-03=UN-CN-01:20 --as OP-CN-01",
    )
)
@click.argument("agreement")
@click.argument("product")
@data
@acting
@click.option("--payer", required=True, metavar="ID", help="The licensee.")
@click.option("--currency", required=True, metavar="CODE", help="Of its revenue.")
@click.option("--percent", required=True, metavar="NUMBER", help="Of net revenue, such as 30 or 12.5.")
@click.option(
    "--guarantee", default="0", show_default=True, metavar="AMOUNT", help="The least, paid at once."
)
@click.option(
    "--share",
    "parts",
    multiple=True,
    required=True,
    metavar="ID=PARTICIPANT:WEIGHT",
    help="Who has a part, and how much it weighs. May be repeated.",
)
@click.option("--market", metavar="ID", help="Where the licensee pays.  [default: the one there is]")
@dry_run
@as_json
def agree(
    agreement: str,
    product: str,
    data: Path,
    actor: str,
    parts: tuple[str, ...],
    market: str | None,
    dry_run: bool,
    as_json: bool,
    **given: str,
) -> None:
    """Record that a licensee shares its revenue.

    Its guarantee is paid at once.
    """
    from exchange.cli.instruments import market_named
    from exchange.cli.uses import checked
    from exchange.settlement.shares.commands import AgreeRevenueShare

    command = checked(
        AgreeRevenueShare,
        agreement_id=agreement,
        product_id=product,
        market_id=market_named(data, market),
        payer_id=given["payer"],
        currency=given["currency"],
        share_bp=basis_points(given["percent"]),
        guarantee_minor=minor_of(given["guarantee"], given["currency"]),
        beneficiaries=[_part(each) for each in parts],
    )
    fact = said("Operator", data, actor, lambda door: door.agree_revenue_share(command), dry_run, as_json)
    if fact is not None:
        least = money(fact.guarantee_minor, fact.currency)
        tell(
            fact,
            as_json,
            f"Agreed: {agreement}, {given['percent']} % of {product}; {least} is guaranteed and paid.",
        )


def _part(text: str) -> dict[str, str | int]:
    share, _, rest = text.partition("=")
    who, _, weight = rest.rpartition(":")
    if not (share and who and weight.isdecimal()):
        raise Misuse(f"{text!r} is no share; write it like RS-01=SE-CN-03:50")
    return {"share_id": share, "participant_id": who, "weight": int(weight)}


@click.command(epilog=example("exchange settlement report RA-P-23 2026-10 64321.50 --as BU-SG-01"))
@_an_agreement
@click.argument("period")
@click.argument("amount")
@data
@acting
@dry_run
@as_json
def report(
    agreement: str, period: str, amount: str, data: Path, actor: str, dry_run: bool, as_json: bool
) -> None:
    """Report the net revenue of a PERIOD; its share is paid.

    AMOUNT is in the currency of the agreement.
    """
    row = row_soon(data, "revenue_agreements", agreement=agreement)
    if row is None:
        raise Misuse(
            f"the tables have no agreement {agreement}; `exchange query revenue_agreements` lists them"
        )
    minor = minor_of(amount, row["currency"])
    say = lambda door: door.report_revenue(agreement, period, minor)  # noqa: E731
    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        due, earned = (money(each, fact.currency) for each in (fact.amount_minor, fact.earned_minor))
        tell(fact, as_json, f"Reported: {earned} of {period} is shared, {due} of it is paid now.")


@click.command(epilog=example("exchange settlement shares RA-P-23"))
@click.argument(
    "agreement",
    required=False,
    shell_complete=completing.in_tables("revenue_agreements", "agreement_id"),
)
@data
@as_json
def shares(agreement: str | None, data: Path, as_json: bool) -> None:
    """List guarantees and shares of revenue.

    It works while the node is down.
    """
    show_rows(data, "revenue_shares", "No revenue is shared.", as_json, "parts detail", agreement=agreement)
