"""What the registry told of that bears on one crossing of bonded data."""

from collections.abc import Iterator, Sequence

from exchange.bonded.state import Bonded, Consignment
from exchange.bonded.values import Party
from exchange.fence import listed
from exchange.fence.attested import next_attested_at
from exchange.fence.crossing import ListRef
from exchange.fence.splitting import Splitting
from exchange.kernel.attestation import AttestationTerms, controls_of, handbook_about
from exchange.kernel.product import DataTraits
from exchange.kernel.time import local_date

_YEARS_OF = "Asia/Shanghai"
_SPLITTING = ("none", "suspected", "confirmed")
"""From what hinders nothing to what bars."""


def attestations(
    bonded: Bonded, consignments: Sequence[Consignment | None], recipient_id: str, output_ids: Sequence[str]
) -> Iterator[tuple[AttestationTerms, ...]]:
    """What may matter to the hop of each consignment: of its handbook, of the version that it is all sold as, of whom.

    Shape: without a consignment there is no handbook to speak of.
    """
    told = bonded.told.attestations
    names = versions(bonded, output_ids)
    common = [controls_of(recipient_id), *(names[:1] if len(set(names)) == 1 else ())]
    for each in consignments:
        handbook = [] if each is None else [handbook_about(each.proposed.zone_id, each.proposed.handbook_no)]
        yield tuple(terms for subject in (*handbook, *common) for terms in told.get(subject, {}).values())


def versions(bonded: Bonded, output_ids: Sequence[str]) -> list[str]:
    """The product versions that outputs are, none where one of them is no version."""
    said = [bonded.on_sale.get(name) for name in output_ids]
    names = [f"{each.product_id}/{each.version}" for each in said if each is not None]
    return names if len(names) == len(output_ids) else []


def list_refs(
    bonded: Bonded,
    parts: Sequence[DataTraits],
    exporter: Party,
    scenario_id: str | None,
    output_ids: Sequence[str],
    at: int,
) -> tuple[ListRef, ...]:
    """The lists that speak of what leaves, of all parts that are behind it."""
    about = listed.About(
        parts=parts,
        scenario_id=scenario_id,
        zones=exporter.registered_zones,
        versions=versions(bonded, output_ids),
        fields={field.name for name in output_ids for field in bonded.outputs[name].made.fields},
    )
    return listed.refs_of(bonded.told.lists.values(), bonded.told.registered, about, at)


def group_splitting(
    bonded: Bonded,
    said: Sequence[str],
    by_sums: Splitting | None,
    exporter: Party,
    of_persons: bool,
    at: int,
) -> str | None:
    """What was found of the exporter's group where data about persons is to leave, or what consignors or sums say.

    Shape: the gravest; None where consignors say nothing against it and sums are not known.
    """
    year = local_date(at, _YEARS_OF).year
    if of_persons and year in bonded.told.splitting.get(exporter.beneficial_owner, ()):
        return "confirmed"
    gravest = max(said, key=_SPLITTING.index, default="none")
    return by_sums if gravest == "none" else gravest


def next_told_at(
    bonded: Bonded, attested: Sequence[AttestationTerms], scenario_id: str | None, at: int
) -> int | None:
    """When by time alone a list or an attestation begins to matter, or one of these no longer does."""
    lists = bonded.told.lists.values() if scenario_id is not None else ()
    turns = (listed.next_list_at(lists, at), next_attested_at(attested, at))
    return min((each for each in turns if each is not None), default=None)
