"""Whose persons count in an exporter's year, and what is asked about again once more of them do."""

from collections.abc import Sequence

from exchange.bonded.agenda import ask_again
from exchange.bonded.crossing import exported_key
from exchange.bonded.fenced.ending import look_again_where
from exchange.bonded.state import Bonded, Egress
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.taint import carried_by_run


def count_persons(bonded: Bonded, egress: Egress, at: int) -> None:
    """What is behind an export counts in its year, once; as domestic where it carries domestic persons.

    Shape: what rests on the count is asked about again where it grows: other exports of the same exporter that have
    not left, and whoever looks from outside the zone.
    """
    fact = egress.requested
    runs = [bonded.outputs[name].job_run_id for name in fact.output_ids]
    behind = [*fact.consignment_ids, *(name for run in runs for name in bonded.job_runs[run].source_ids)]
    grown = _add(bonded, exported_key(fact.processor_id, at, "any"), behind)
    if any(carried_by_run(bonded, run).domestic_pi for run in runs):
        grown = _add(bonded, exported_key(fact.processor_id, at, "domestic"), behind) or grown
    if grown:
        _ask_again(bonded, fact.processor_id, fact.egress_id, at)


def _add(bonded: Bonded, key: str, names: Sequence[str]) -> bool:
    before = bonded.exported.get(key, [])
    bonded.exported[key] = list(dict.fromkeys((*before, *names)))
    return len(bonded.exported[key]) > len(before)


def _ask_again(bonded: Bonded, exporter_id: str, egress_id: str, at: int) -> None:
    for name in bonded.open_ids:
        other = bonded.egresses.get(name)
        if other is not None and name != egress_id and _is_export_of(other, exporter_id):
            ask_again(bonded, name, at)
    look_again_where(
        bonded, at, lambda each: each.processor_id == exporter_id and each.seen_from != BONDED_PLACE
    )


def _is_export_of(egress: Egress, exporter_id: str) -> bool:
    return egress.requested.kind == "export" and egress.requested.processor_id == exporter_id
