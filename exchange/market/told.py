"""What a market has been told, and has seen, that bears on one crossing: counts, safeguards, lists, splitting."""

from collections.abc import Mapping

from exchange.fence import Ruleset
from exchange.fence.attested import next_attested_at
from exchange.fence.crossing import Counts
from exchange.fence.listed import next_list_at
from exchange.fence.recorded import shown
from exchange.kernel.time import local_date
from exchange.market.attested.state import about
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.crossing import Told, attestable, guarded, leaves_mainland
from exchange.market.lists.referring import refs_of
from exchange.market.persons.counting import together, version_name
from exchange.market.persons.exporting import units_of, with_units
from exchange.market.persons.running import sold_in
from exchange.market.persons.splitting import splitting
from exchange.market.persons.state import Numbers
from exchange.market.provenance.made_in_bond import holds_persons
from exchange.market.safeguards.state import between
from exchange.market.seats.counting import seats_told
from exchange.market.state import Market, provenance_of
from exchange.market.term import ZONE


def told_of(
    market: Market,
    terms: InstrumentTerms,
    ruleset: Ruleset,
    seller: Standing,
    buyer: Standing,
    use: Use,
    at: int,
) -> Told:
    """All of it for a sale at `at`. Data that is general and about nobody needs no safeguard."""
    seats_taken, said = seats_told(market, terms), provenance_of(market, terms, seller.participant_id)
    attested = (
        tuple(about(market.attestations, version_name(terms), buyer.participant_id))
        if market.attestations.held and (said is not None or attestable(terms))
        else ()
    )
    if said is None and not guarded(terms):
        return Told(seats_taken=seats_taken, attestations=attested, until=next_attested_at(attested, at))
    year = local_date(at, ZONE).year
    units = units_of(terms, said)
    safeguards = between(market.safeguards, seller.participant_id, buyer.participant_id)
    return Told(
        counts=_counts(market, terms, seller.participant_id, year, units),
        seats_taken=seats_taken,
        safeguards=shown(safeguards, at),
        list_refs=refs_of(market.lists, terms, seller, use, at),
        until=_first(next_list_at(market.lists.brought.values(), at), next_attested_at(attested, at)),
        group_splitting=(
            splitting(
                market,
                ruleset,
                seller,
                buyer.beneficial_owner,
                year,
                units,
                version_name(terms),
                at,
            )
            if holds_persons(terms, said) and leaves_mainland(terms, buyer, use)
            else "none"
        ),
        said=said,
        attestations=attested,
    )


def _first(*instants: int | None) -> int | None:
    return min((each for each in instants if each is not None), default=None)


def _counts(
    market: Market, terms: InstrumentTerms, seller_id: str, year: int, units: Mapping[str, Numbers]
) -> Counts:
    """Distinct persons of this version and of all that the exporter has sold out of the mainland this year."""
    sold = sold_in(market.persons, seller_id, year)
    domestic, sensitive, foreign = together(
        market.persons, seller_id, year, *with_units(sold, units, version_name(terms))
    )
    return Counts(year=year, pi_count_cum=domestic, sensitive_count_cum=sensitive, foreign_count_cum=foreign)
