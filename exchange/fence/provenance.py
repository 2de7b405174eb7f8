"""A hop with what its lineage graph says in place of what was typed in."""

from collections.abc import Set

from msgspec.structs import replace

from exchange.fence.crossing import Hop, Lineage
from exchange.fence.lineage import Taint, taint_of


def with_lineage(hop: Hop, mainland: Set[str]) -> Hop:
    """`hop` with `collected_in` and `lineage` derived from its graph, if it carries one.

    Source: rules.md section 6.
    """
    if hop.lineage_graph is None:
        return hop
    return with_taint(hop, taint_of(hop.lineage_graph, mainland), mainland)


def with_taint(hop: Hop, taint: Taint, mainland: Set[str]) -> Hop:
    """`hop` with `collected_in` and `lineage` as `taint` says."""
    # Without domestic personal information, mainland places next to foreign ones come from data without any.
    foreign = taint.origins - mainland
    origins = foreign if foreign and not taint.domestic_pi else taint.origins
    # Important data may leave once it was assessed. What nobody knows of was not: people have to look at it, but for
    # data about nobody, of which the rules ask for no lineage, so that it waits for an assessment.
    unsaid = taint.assumed and hop.data.contains_pi is not False
    lineage = Lineage(
        complete=taint.complete and not unsaid,
        domestic_pi_introduced=taint.domestic_pi,
        important_introduced=taint.important and not unsaid,
        separable=taint.separable if taint.domestic_pi else None,
    )
    return replace(hop, collected_in=tuple(sorted(origins)), lineage=lineage)
