"""`attestation`: a party's word, with evidence, of what the fence's rules rest on: given, doubted, upheld."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming, print_json
from exchange.cli.uses import checked
from exchange.cli.words import ATTESTATION_KINDS

if TYPE_CHECKING:
    from streams.client import Client

_ONE = completing.in_tables("attestations", "attestation_id")
_PARTY = completing.in_tables("participants", "participant_id")


@click.group(
    epilog=example(
        "exchange attestation list --about P-20/1",
        "exchange attestation show AT-1",
        'exchange attestation doubt AT-1 --grounds "No summary." --as AS-CN-01',
    )
)
def attestation() -> None:
    """Give one's word, with evidence, of what no record shows; look at that of others."""


@attestation.command(
    epilog=example(
        "exchange attestation give AT-1 --kind SG_S26_SUMMARY --product P-20 \\",
        "    --version 1 --to CN --from 2026-11-02 --issuer 'Harbour Clinic' \\",
        "    --evidence consents.pdf --as SE-SG-01",
    )
)
@click.argument("attestation_id")
@data
@acting
@click.option(
    "--kind",
    type=click.Choice(ATTESTATION_KINDS),
    required=True,
    metavar="KIND",
    help=f"Of what: {', '.join(ATTESTATION_KINDS)}.",
)
@click.option("--product", "product_id", metavar="ID", help="The product it is about.")
@click.option("--version", metavar="TEXT", help="And its version.")
@click.option("--zone", "zone_id", metavar="ID", help="Or the business zone it is about.")
@click.option("--handbook", "handbook_no", metavar="NO", help="And the handbook there.")
@click.option(
    "--to", "places", multiple=True, required=True, metavar="PLACE",
    help="Where the data goes to, or only passed through; may be repeated.",
)  # fmt: skip
@click.option(
    "--recipient", "recipient_id", metavar="ID", shell_complete=_PARTY, help="Who receives; else anybody."
)
@click.option("--purpose", metavar="WORD", help="Of a basis under Article 5: contract, hr or emergency.")
@click.option("--issuer", required=True, metavar="TEXT", help="Who wrote the evidence.")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="What shows it; only its digest is sent.",
)
@click.option("--from", "valid_from", required=True, metavar="DAY", help="The first day on which it holds.")
@click.option("--last", "valid_to", metavar="DAY", help="The last one; else open.")
@click.option(
    "--tz", default="Asia/Shanghai", show_default=True, metavar="ZONE", help="Whose days these are."
)
@dry_run
@as_json
def give(
    attestation_id: str, data: Path, actor: str, evidence: Path, dry_run: bool, as_json: bool, **said: Any
) -> None:
    """Give one's word, as whoever hands over or takes over."""
    from hashlib import blake2b

    from exchange.cli.consignment_reading import contents
    from exchange.registry.attesting.commands import Attest

    digest = blake2b(contents(evidence), digest_size=32).digest()
    command = checked(Attest, attestation_id=attestation_id, evidence_digest=digest, **said)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).attest(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        about = fact.attestation.about or f"{actor}'s own"
        tell(
            fact,
            as_json,
            f"Given: {attestation_id}, {command.kind} of {about}, from {command.valid_from} on.",
            f"  exchange attestation show {attestation_id}{naming(data)}",
        )


def _judging(verb: str, done: str, then: str, text: str) -> Callable[..., None]:
    """The command that has somebody say something of an attestation, with its grounds."""

    @attestation.command(
        name=verb, help=text, epilog=example(f'exchange attestation {verb} AT-1 --grounds "Read it." --as ID')
    )
    @click.argument("attestation_id", shell_complete=_ONE)
    @data
    @acting
    @click.option("--grounds", required=True, metavar="TEXT", help="Why.")
    @dry_run
    @as_json
    def judge(
        attestation_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool
    ) -> None:
        async def speak(client: "Client") -> Any:
            from exchange.sdk import Safeguards

            door = Safeguards(client, actor)
            return await getattr(door, f"{verb}_attestation")(attestation_id, grounds)

        fact = asked(data, actor, speak, dry_run, as_json)
        if fact is not None:
            tell(fact, as_json, f"{done}: {attestation_id}; {then}.")

    return judge


doubt = _judging("doubt", "Doubted", "it counts for nothing meanwhile", "Doubt somebody's word, in office.")
uphold = _judging("uphold", "Upheld", "it counts again", "Let a word count again that was doubted.")
withdraw = _judging(
    "withdraw", "Withdrawn", "what rested on it is decided without it", "Take one's word back."
)


@attestation.command(name="list", epilog=example("exchange attestation list --party SE-SG-01"))
@click.option("--party", metavar="ID", shell_complete=_PARTY, help="Of this party, or for this recipient.")
@click.option("--about", metavar="NAME", help="About this product/version, or 'ZONE HANDBOOK'.")
@data
@as_json
def list_all(party: str | None, about: str | None, data: Path, as_json: bool) -> None:
    """List attestations and how they stand. It works while the node is down."""
    from exchange.cli.boards import tell_rows
    from exchange.cli.looking import rows_of

    rows = rows_of(data, "attestations", party=party, about=about)
    if as_json:
        print_json(rows)
    else:
        tell_rows(rows, "None was given.")


@attestation.command(epilog=example("exchange attestation show AT-1"))
@click.argument("attestation_id", shell_complete=_ONE)
@data
@as_json
def show(attestation_id: str, data: Path, as_json: bool) -> None:
    """Show all that is known of an attestation. It works while the node is down."""
    from exchange.cli.boards import tell_one
    from exchange.cli.looking import row_soon
    from exchange.kernel.errors import Misuse

    row = row_soon(data, "attestation", attestation=attestation_id)
    if row is None:
        raise Misuse(
            f"the tables have no attestation {attestation_id}; `exchange attestation list` names those there are"
        )
    if as_json:
        print_json(row)
    else:
        tell_one("attestation", row)
