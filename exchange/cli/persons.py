"""`persons`: distinct persons counted by sets of salted hashes that stay where they are, and declared by number."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.kernel.persons import PersonSet, VersionName
    from exchange.sdk.person_sets import PersonsCounted
    from streams.client import Client

_FILE = click.Path(path_type=Path, dir_okay=False)


def counts_of_union(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how many persons a union has, and in which year."""
    for option in reversed(
        (
            click.option(
                "--year", type=int, metavar="YEAR", help="The calendar year; else the one that runs."
            ),
            click.option("--persons", type=click.IntRange(0), metavar="N", help="Of the mainland."),
            click.option(
                "--sensitive",
                type=click.IntRange(0),
                metavar="N",
                help="Of these, with sensitive information.",
            ),
            click.option("--foreign", type=click.IntRange(0), metavar="N", help="Of elsewhere."),
            click.option(
                "--persons-set", type=_FILE, metavar="FILE", help="Their set, instead of the number."
            ),
            click.option(
                "--sensitive-set", type=_FILE, metavar="FILE", help="The set of the sensitive ones."
            ),
            click.option("--foreign-set", type=_FILE, metavar="FILE", help="The set of those of elsewhere."),
        )
    ):
        command = option(command)
    return command


@click.group(
    epilog=example(
        "exchange persons hash patients.txt --salt salt.key --into v1.persons",
        "exchange persons union v1.persons v2.persons --into both.persons",
        "exchange persons declare P-20/1 P-20/2 --persons 9900 --as SE-CN-04",
    )
)
def persons() -> None:
    """Count distinct persons over product versions, without showing anybody who they are."""


@persons.command(
    name="hash", epilog=example("exchange persons hash patients.txt --salt salt.key --into v1.persons")
)
@click.argument("file", type=_FILE)
@click.option(
    "--salt", type=_FILE, required=True, metavar="FILE", help="The exporter's salt, which never leaves it."
)
@click.option("--new-salt", is_flag=True, help="Make the salt first.")
@click.option("--into", type=_FILE, required=True, metavar="FILE", help="Where the set is written.")
@dry_run
@as_json
def hash_(file: Path, salt: Path, new_salt: bool, into: Path, dry_run: bool, as_json: bool) -> None:
    """Make a set of persons of FILE, which has one identifier a line.

    The same person has to be written the same way in every file: a passport's number, say. Lines that are alike count
    once; the salt keeps whoever sees a set from trying identifiers out.
    """
    from exchange.cli.steps import Steps
    from exchange.sdk import person_sets

    if new_salt and not dry_run:
        person_sets.new_salt(salt)
    key = bytes(32) if new_salt and dry_run else person_sets.read_salt(salt)
    with Steps(quiet=as_json) as steps:
        steps.told(f"hashing {file}")
        counted = person_sets.hash_persons(
            _lines(file), key, None if dry_run else into, lambda done: steps.moved(done, unit="lines")
        )
    _tell_set(counted, None if dry_run else into, as_json)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Misuse(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from error


@persons.command(epilog=example("exchange persons union v1.persons v2.persons --into both.persons"))
@click.argument("sets", type=_FILE, nargs=-1, required=True)
@click.option(
    "--into", type=_FILE, metavar="FILE", help="Where the union is written; else it is counted only."
)
@dry_run
@as_json
def union(sets: tuple[Path, ...], into: Path | None, dry_run: bool, as_json: bool) -> None:
    """Unite SETS of one salt, and count whoever is in any of them once."""
    from exchange.sdk.person_sets import unite

    written = None if dry_run else into
    _tell_set(unite(sets, written), written, as_json)


def _tell_set(counted: "PersonsCounted", into: Path | None, as_json: bool) -> None:
    lines = [
        f"{counted.persons:,} distinct persons, salt {counted.salt_id}.",
        f"  BLAKE2b-256 {counted.digest.hex()}",
    ]
    tell(counted._asdict(), as_json, *lines, *([] if into is None else [f"  in {into}"]))


@persons.command(
    epilog=example(
        "exchange persons declare P-20/1 P-20/2 --persons-set all.persons \\",
        "    --sensitive-set all.persons --as SE-CN-04",
        "exchange persons declare P-20/1 P-20/2 --persons 9900 --as SE-CN-04",
    )
)
@click.argument("versions", nargs=-1, required=True)
@data
@acting
@counts_of_union
@dry_run
@as_json
def declare(
    versions: tuple[str, ...],
    data: Path,
    actor: str,
    year: int | None,
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Say how many distinct persons VERSIONS hold together, as their exporter.

    Numbers come from sets, whose digests are declared with them, or are exact counts of one's own. What is not named
    is nobody.
    """
    counts, sets = counted_of(said)

    async def speak(client: "Client") -> Any:
        from exchange.registry.persons.commands import DeclarePersons
        from exchange.sdk import Safeguards

        command = DeclarePersons(
            year=await year_meant(client, year),
            versions=tuple(map(_version, versions)),
            persons=counts["persons"],
            sensitive_persons=counts["sensitive"],
            foreign_persons=counts["foreign"],
            sets=sets,
        )
        return await Safeguards(client, actor).declare_persons(command)

    tell_united(asked(data, actor, speak, dry_run, as_json), as_json)


async def year_meant(client: "Client", year: int | None) -> int:
    """The calendar year that is named, or the one that runs in the mainland."""
    from exchange.kernel.time import local_date

    if year is not None:
        return year
    return local_date(await client.exchange_time("registry"), "Asia/Shanghai").year


def tell_united(fact: Any, as_json: bool) -> None:
    """Say what was declared."""
    if fact is not None:
        united = fact.united
        told = f"{united.persons:,} persons, {united.sensitive_persons:,} sensitive, {united.foreign_persons:,} foreign"
        tell(fact, as_json, f"Declared: {united.declaration_id}, {told}, in {united.year}.")


def _version(text: str) -> "VersionName":
    from exchange.cli.uses import checked
    from exchange.kernel.persons import VersionName

    product, _, version = text.partition("/")
    if not version:
        raise Misuse(f"{text} names no product version; write it like P-20/1")
    named: VersionName = checked(VersionName, product_id=product, version=version)
    return named


def counted_of(said: dict[str, Any]) -> "tuple[dict[str, int], tuple[PersonSet, ...]]":
    """The numbers, and the sets that they come from. Raises: Misuse where a number and a set are named for one kind."""
    from exchange.kernel.persons import PersonSet
    from exchange.sdk.person_sets import read_set

    counts, sets = dict[str, int](), list[PersonSet]()
    for kind in ("persons", "sensitive", "foreign"):
        number, path = said[kind], said[f"{kind}_set"]
        if path is None:
            counts[kind] = number or 0
            continue
        if number is not None:
            raise Misuse(f"name --{kind} or --{kind}-set, not both: a set has its number")
        found = read_set(path)
        counts[kind] = found.persons
        of: Any = kind
        sets.append(PersonSet(of=of, digest=found.digest, salt_id=found.salt_id, count=found.persons))
    return counts, tuple(sets)


@persons.command(epilog=example("exchange persons show SE-CN-04 --year 2026"))
@click.argument(
    "exporter", required=False, shell_complete=completing.in_tables("participants", "participant_id")
)
@click.option("--year", metavar="YEAR", help="Of this calendar year alone.")
@data
@as_json
def show(exporter: str | None, year: str | None, data: Path, as_json: bool) -> None:
    """Show what was declared, of everybody or of EXPORTER. It works while the node is down."""
    from exchange.cli.boards import tell_rows
    from exchange.cli.looking import rows_of

    given = {name: value for name, value in (("exporter", exporter), ("year", year)) if value is not None}
    rows = rows_of(data, "persons_declared", **given)
    if as_json:
        print_json(rows)
    else:
        tell_rows(rows, "Nobody has declared anything.")
