"""Published lists come to a market from the registry, which alone decides which there are."""

from collections.abc import Sequence

from msgspec.structs import asdict

from exchange.kernel.bases import Cause, Fact
from exchange.market.book_fold import try_again
from exchange.market.crossing import guarded
from exchange.market.fencing import Rulesets
from exchange.market.lists.commands import COMMANDS, BringCentreRegistration, BringList
from exchange.market.lists.facts import FACTS, CentreRegistrationBrought, ListBrought
from exchange.market.order_fold import forget_answers_of
from exchange.market.persons.counting import version_name
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.state import Market


def bring_list(market: Market, command: BringList, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember a list as the registry knows it now."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (ListBrought(terms=command.terms),)


def bring_registration(
    market: Market, command: BringCentreRegistration, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Remember whether a product version is registered under a list."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (CentreRegistrationBrought(**asdict(command)),)


def _brought(market: Market, fact: ListBrought, at: int) -> None:
    market.lists.brought[fact.terms.list_id] = fact.terms
    _look_again(market, at)


def _registered(market: Market, fact: CentreRegistrationBrought, at: int) -> None:
    name = f"{fact.product_id}/{fact.version}"
    names = [each for each in market.lists.registered.pop(fact.list_id, ()) if each != name]
    if fact.registered:
        names.append(name)
    if names:
        market.lists.registered[fact.list_id] = names
    _look_again(market, at)


def _look_again(market: Market, at: int) -> None:
    """What the fence said of data that a list may speak of counts no more."""
    bonded = {key.split(" ", 1)[1] for key in market.provenances}
    about = {
        name
        for name, each in market.instruments.items()
        if guarded(each.terms) or version_name(each.terms) in bonded
    }
    forget_answers_of(market, about, "list")
    if about:
        try_again(market, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={BringList: bring_list, BringCentreRegistration: bring_registration},
    folds={ListBrought: _brought, CentreRegistrationBrought: _registered},
    due={},
)
