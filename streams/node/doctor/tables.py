"""What lies in files and tables: schemas, migrations, snapshots."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable
from exchange.kernel.partition import Partition, state_digest
from exchange.kernel.time import iso
from exchange.store import Snapshot, Store, all_snapshots, revisions
from exchange.views.queries import run_query
from streams.deciders import all_deciders
from streams.journal import ENGINE_VERSION
from streams.node.doctor.finding import Finding, ok, unseen, warning, wrong
from streams.schema_ids import DIRECTORY, load_ids, read_text, vocabulary
from streams.schemas import problems


def schemas(directory: Path = DIRECTORY) -> Finding:
    """Does every id name the text it belongs to, and fit the classes?"""
    try:
        ids = load_ids(directory)
        for schema_id in ids.schemas:
            read_text(directory, ids, schema_id)
        drift = problems(directory, vocabulary())
    except Misuse as error:
        return wrong("schemas", str(error), f"restore {directory} from the repository or the package")
    if drift:
        return wrong("schemas", drift[0], "`make schemas` in a checkout; else install this version anew")
    return ok("schemas", f"{len(ids.schemas)} ids, each with its text")


def database(store: Store) -> Finding:
    """Does the database answer, and is it of this version?"""
    try:
        found = revisions(store)
    except Misuse as error:
        return wrong("database", str(error), "use the version of Corridor that fits it, or another database")
    except ExchangeError as error:
        return wrong(
            "database", str(error), "see that it runs and can be reached; tables catch up by themselves"
        )
    if found.found is None:
        return warning("database", f"{store.where} is empty", "`exchange up` makes the tables and fills them")
    if found.found != found.newest:
        told = f"{store.where} is at revision {found.found}, this version's is {found.newest}"
        return warning("database", told, "the next `exchange up` brings it up to date")
    return ok("database", f"{store.where}, revision {found.found}")


def snapshots(store: Store) -> Iterator[Finding]:
    """Would each snapshot be used if its partition had to be recovered now?"""
    try:
        kept = all_snapshots(store)
    except (Unavailable, InvariantBroken, Misuse) as error:
        yield unseen("snapshots", f"the database does not give them: {error}")
        return
    mine = [each for each in kept if each.engine_version == ENGINE_VERSION]
    broken = [each for each in mine if not verifies(each)]
    for each in broken:
        yield warning(
            "snapshots",
            f"that of {each.context}/{each.partition} at fact {each.position.seq} does not verify",
            "nothing: recovery passes it over and takes longer; see whether the database's disk is sound",
        )
    if not broken:
        others = (
            f"; {len(kept) - len(mine)} of other engine versions, unused" if len(kept) > len(mine) else ""
        )
        yield ok("snapshots", f"{len(mine)}, all verify{others}" if mine else f"none yet{others}")


def counter(store: Store) -> Finding:
    """Does the counter rule in time on what the fence leaves to people?"""
    try:
        late = run_query(store, "review_cases", {"state": "overdue"}).as_dicts()
    except ExchangeError as error:
        return unseen("counter", f"the tables do not say: {error}")
    if not late:
        return ok("counter", "no case is overdue")
    oldest = late[0]
    told = f"{len(late)} overdue, the first of them {oldest['case_id']} since {iso(oldest['due_at'])}"
    return warning("counter", told, "have panels rule on them: `exchange case list --overdue`")


def suspense(store: Store) -> Finding:
    """Is every movement on the banks' accounts known within a day?"""
    try:
        late = run_query(store, "suspense", {"state": "overdue"}).as_dicts()
    except ExchangeError as error:
        return unseen("suspense", f"the tables do not say: {error}")
    if not late:
        return ok("suspense", "no movement is unknown for more than a day")
    told = f"{len(late)} unknown for more than a day, the first of them {late[0]['line_id']} since {iso(late[0]['at'])}"
    return warning(
        "suspense", told, "credit it, send it back or book it: `exchange settlement suspense --overdue`"
    )


def verifies(snapshot: Snapshot) -> bool:
    """Whether a snapshot is what was written, and gives that state again."""
    decider = all_deciders().get(snapshot.context)
    if decider is None or state_digest(snapshot.state) != snapshot.state_digest:
        return False
    partition: Partition[Any] = Partition(decider, snapshot.partition)
    try:
        partition.load(snapshot.state, snapshot.position.seq)
    except (InvariantBroken, ValueError):
        return False
    return True
