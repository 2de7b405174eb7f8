"""`consignment persons`: how many distinct persons several consignments and sources hold together."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.persons import counted_of, counts_of_union, tell_united, year_meant
from exchange.cli.uses import checked

if TYPE_CHECKING:
    from streams.client import Client


@click.command(
    epilog=example(
        "exchange consignment persons S-0.30.0 S-0.31.0 --persons 60000 \\",
        "    --as PR-CN-01",
        "exchange consignment persons C-0.29.0 S-0.30.0 --as PR-CN-01 \\",
        "    --persons-set plates.persons --foreign-set frames.persons",
    )
)
@click.argument("origins", nargs=-1, required=True)
@data
@acting
@counts_of_union
@dry_run
@as_json
def persons(
    origins: tuple[str, ...],
    data: Path,
    actor: str,
    year: int | None,
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Say how many distinct persons ORIGINS hold together: consignments, sources, lots that are described apart.

    Numbers come from sets (`exchange persons union`), whose digests are declared with them, or are exact counts of
    one's own. What is not named is nobody.
    """
    counts, sets = counted_of(said)

    async def speak(client: "Client") -> Any:
        from exchange.bonded.persons.commands import UnitePersons
        from exchange.sdk import Bonded

        command = checked(
            UnitePersons,
            year=await year_meant(client, year),
            origin_ids=origins,
            persons=counts["persons"],
            sensitive_persons=counts["sensitive"],
            foreign_persons=counts["foreign"],
            sets=sets,
        )
        return await Bonded(client, actor).unite_persons(command)

    tell_united(asked(data, actor, speak, dry_run, as_json), as_json)
