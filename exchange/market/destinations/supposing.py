"""The best that a buyer could bring: bound by law as its seller's home wants it, with a safeguard of each kind."""

from datetime import date
from typing import Final

from exchange.fence.crossing import Safeguard, SafeguardType
from exchange.kernel.time import local_date
from exchange.market.commands import Standing
from exchange.market.term import ZONE

_KINDS: Final[tuple[SafeguardType, ...]] = (
    "CN-ASSESS", "CN-SCC", "CN-CERT", "EU-SCC", "EU-BCR", "EU-DPF", "SG-CONTRACT", "SG-BCR", "ASEAN-MCC", "CBPR",
    "JP-EQUIV", "TH-CONTRACT", "TH-BCR",
)  # fmt: skip
"""All that help anybody: a contract of the Greater Bay Area counts where one of these does, a PRP where a CBPR does."""


def somebody(place: str, *, bound: bool = False) -> Standing:
    """A participant of whom nothing is said but its place, and whether comparable law binds it."""
    return Standing(
        participant_id=f"somebody-in-{place}",
        place=place,
        roles=(),
        beneficial_owner=f"somebody-in-{place}",
        active=True,
        registered_zones=(),
        ciio=False,
        gba_registered=False,
        us_covered_person=False,
        is_intermediary=False,
        bound_by_comparable_law=bound,
    )


def every_safeguard(place: str, at: int) -> tuple[Safeguard, ...]:
    """One of each kind, for anyone, in force and filed today; named by its kind."""
    today = local_date(at, ZONE)
    return tuple(_held(kind, place, today) for kind in sorted(_KINDS))


def _held(kind: SafeguardType, place: str, today: date) -> Safeguard:
    return Safeguard(
        id=kind,
        type=kind,
        exporter_id=None,
        recipient_id=None,
        names_destinations=("ANY",),
        valid_from=None,
        valid_to=None,
        tz=ZONE,
        status="active",
        scope_changed=False,
        recognised_in=(place[:2],),
        tia_current=True,
        continuing_checks=True,
        filed_on=today,
        filing_due_on=today,
    )
