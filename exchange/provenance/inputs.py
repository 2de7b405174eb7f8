"""Names of what goes into a job run, as edges and runs have them."""

from collections.abc import Iterable

from exchange.bonded.values import ItemRange
from exchange.lineage.names import distinct, lot_name, output_name, source_name


def lots_of(items: Iterable[ItemRange]) -> tuple[str, ...]:
    """The lots that items are of, each once."""
    return distinct(lot_name(each.consignment_id, each.lot) for each in items)


def input_name(of: str) -> str:
    """What went into a job run, as declared fields name it."""
    consignment_id, part, lot = of.partition("/")
    if part:
        return lot_name(consignment_id, lot)
    # Ids begin with what they are of: O- for outputs.
    return output_name(of) if of.startswith("O-") else source_name(of)
