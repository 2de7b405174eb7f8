"""`case rule`, `withdraw`, `appeal`: what a panel ruled, that it is taken back, and that a party does not agree."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.looking import row_soon
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_SEATS = ("government", "institution", "industry")
a_case = click.argument("case", shell_complete=completing.in_tables("review_cases", "case_id"))
_grounds = click.option("--grounds", required=True, metavar="TEXT", help="Why.")


@click.command(
    epilog=example(
        "exchange case rule RC-0.12.0 --until 2027-01-31T00:00:00Z --as SC-CN-01 \\",
        '    --government "Member 1" --institution "Member 2" --industry "Member 3" \\',
        '    --grounds "The papers show consent."',
    )
)
@a_case
@data
@acting
@click.option("--until", metavar="TIME", help="Let it pass until then.")
@click.option("--against", is_flag=True, help="Do not let it pass: purchases that rest on it end.")
@click.option(
    "--code", "codes", multiple=True, metavar="CODE", help="Lift this code; without one all. May be repeated."
)
@click.option("--whole-product", is_flag=True, help="Of all instruments of the product, not of this one.")
@click.option("--any-buyer", is_flag=True, help="For whoever buys, not for this buyer.")
@click.option("--government", required=True, metavar="NAME", help="The panel's member of the government.")
@click.option("--institution", required=True, metavar="NAME", help="Its member of the institutions.")
@click.option("--industry", required=True, metavar="NAME", help="Its member of the industry.")
@_grounds
@click.option("--reference", default="", metavar="TEXT", help="What the counter's own files call it.")
@dry_run
@as_json
def rule(
    case: str,
    data: Path,
    actor: str,
    until: str | None,
    against: bool,
    codes: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Say what a panel ruled on CASE, as the counter."""
    if against == (until is not None):
        raise Misuse(
            "say what was ruled: --until TIME lets it pass until then, --against does not; one of them"
        )
    if against and codes:
        raise Misuse("--against is about all codes of the case; leave --code out")
    lifted = () if against else codes or _codes_of(data, case)
    valid_until = None if until is None else moment(until)
    panel = _panel({seat: said.pop(seat) for seat in _SEATS})

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Counter

        door = Counter(client, actor)
        if valid_until is None:
            return await door.rule_against(case, panel, **said)
        return await door.lift(case, lifted, valid_until, panel, **said)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, _told(fact))


def _panel(names: dict[str, str]) -> Any:
    from exchange.cli.uses import checked
    from exchange.kernel.panel import PanelMember

    return tuple(checked(PanelMember, name=name, constituency=seat) for seat, name in names.items())


def _codes_of(data: Path, case: str) -> tuple[str, ...]:
    import msgspec

    row = row_soon(data, "review_case", case=case)
    if row is None:
        raise Misuse(f"the tables have no case {case}; `exchange case list` lists those that wait")
    return tuple(msgspec.json.decode(row["codes"], type=list[str]))


def _told(fact: Any) -> str:
    from exchange.kernel.time import iso

    what = fact.subject if fact.whole_product or not fact.instrument_id else fact.instrument_id
    whom = "any buyer" if fact.any_buyer else fact.buyer_id
    if fact.verdict == "against":
        return f"Ruled against: {', '.join(fact.codes)} of {what} for {whom}; open purchases that rest on it end."
    return f"Lifted: {', '.join(fact.codes)} of {what} for {whom} until {iso(fact.valid_until)}."


@click.command(epilog=example('exchange case withdraw RC-0.12.0 --as SC-CN-01 --grounds "Consent ended."'))
@a_case
@data
@acting
@_grounds
@dry_run
@as_json
def withdraw(case: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Take back what a panel let pass on CASE; what was bought stays bought."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Counter

        return await Counter(client, actor).withdraw(case, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Withdrawn: what {case} let pass does not any more.")


@click.command(epilog=example('exchange case appeal RC-0.12.0 --as BU-SG-01 --grounds "It covers this."'))
@a_case
@data
@acting
@_grounds
@dry_run
@as_json
def appeal(case: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Have another panel look at CASE, as its buyer or its seller, once."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).appeal(case, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.time import iso

        how = (
            " (Monday to Friday: that year's working days are unknown)"
            if fact.counted_in == "weekdays"
            else ""
        )
        told = (
            f"Appealed: another panel has until {iso(fact.due_at)}{how}; until then the first ruling counts:"
        )
        tell(fact, as_json, told, f"  exchange case show {case}{naming(data)}")
