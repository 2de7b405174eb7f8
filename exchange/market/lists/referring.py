"""What published lists say of a product in a scenario, as a market knows both."""

from exchange.fence import listed
from exchange.fence.crossing import ListRef
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.lists.state import Lists
from exchange.market.persons.counting import version_name


def refs_of(lists: Lists, terms: InstrumentTerms, seller: Standing, use: Use, at: int) -> tuple[ListRef, ...]:
    """The lists that speak of a sale."""
    about = listed.About(
        parts=(terms.traits,),
        scenario_id=use.scenario_id,
        zones=seller.registered_zones,
        versions=(version_name(terms),),
    )
    return listed.refs_of(lists.brought.values(), lists.registered, about, at)
