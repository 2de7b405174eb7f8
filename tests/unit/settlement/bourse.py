"""Registry, market and settlement with the policies between them, and the books of it all."""

from collections import Counter
from typing import Any

from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Command, Fact
from exchange.market.commands import AcceptDelivery, ConfirmDeposit, PlaceOrder, Side, TimeInForce, Use
from exchange.market.facts import TradeMatched
from exchange.market.state import Purse, purse_of
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.views.postings import TEMPLATES, entry_of
from tests.properties.ledger import Ledger
from tests.unit.policies.rooms import Rooms
from tests.unit.registry.stage import ASSESSOR, a_draft, a_listing, a_price, an_admission, an_opinion
from tests.unit.settlement.stage import BANK, BUYER, GOVERNANCE, HOLDERS, LICENSEE, OPERATOR, SELLER

_PEOPLE = (
    (GOVERNANCE, Role.GOVERNANCE, "CN-LG"),
    (SELLER, Role.SELLER, "CN-LG"),
    (ASSESSOR, Role.ASSESSOR, "CN-LG"),
    (BANK, Role.CUSTODIAN, "HK"),
    (BUYER, Role.BUYER, "JP"),
    (LICENSEE, Role.BUYER, "SG"),
    *((name, Role.SELLER, "CN-LG") for name in HOLDERS),
)


class Bourse:
    """P-07 is on sale for CNY 12,000.00 a month; nobody has any money yet."""

    def __init__(self, *expecting: str) -> None:
        self.rooms = Rooms(*expecting)
        self.rooms.ask("registry", OPERATOR, an_admission(OPERATOR, Role.OPERATOR))
        for name, role, place in _PEOPLE:
            self.rooms.ask("registry", OPERATOR, an_admission(name, role, place=place))
        ruleset = newest(load_rulesets())
        activated = ActivateRuleset(
            ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.rooms.at
        )
        self.rooms.ask("registry", OPERATOR, activated)
        self.rooms.ask("registry", SELLER, a_draft())
        self.rooms.ask("registry", ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
        self.rooms.ask("registry", OPERATOR, RegisterProduct(product_id="P-07", version="1"))
        (listed,) = self.rooms.ask("registry", SELLER, a_listing(a_price(price_minor=1_200_000)))
        assert isinstance(listed, ListingPublished)
        self.listing = listed

    def ask(self, actor: str, command: Command) -> tuple[Fact, ...]:
        """Of the settlement."""
        return self.rooms.ask("settlement", actor, command)

    def deposited(self, who: str, amount_minor: int, currency: str, reference: str = "D-1") -> None:
        deposit = ConfirmDeposit(
            participant_id=who, currency=currency, amount_minor=amount_minor, reference=reference
        )
        self.rooms.ask("market", BANK, deposit)

    def bought(self) -> str:
        """One month, by the buyer; the trade."""
        use = Use(purpose="transport", place_of_use="JP", licence_digest=self.listing.licence_digest)
        bid = PlaceOrder(
            instrument_id=self.listing.listing_id,
            side=Side.BID,
            quantity=1,
            price=1_200_000,
            use=use,
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
        )
        facts = self.rooms.ask("market", BUYER, bid)
        (trade,) = (fact for fact in facts if isinstance(fact, TradeMatched))
        return trade.trade_id

    def sold(self) -> str:
        """As `bought`, and accepted."""
        trade_id = self.bought()
        self.accepted(trade_id)
        return trade_id

    def accepted(self, trade_id: str) -> None:
        self.rooms.ask("market", BUYER, AcceptDelivery(trade_id=trade_id))

    def purse(self, who: str, currency: str = "CNY") -> Purse:
        return purse_of(self.market, who, currency)

    @property
    def market(self) -> Any:
        return self.rooms.partitions["market"].state

    @property
    def settlement(self) -> Any:
        return self.rooms.partitions["settlement"].state

    def facts(self, kind: type[Fact]) -> list[Any]:
        """All facts of a kind, of whatever context."""
        journals = self.rooms.journals.values()
        return [each.fact for journal in journals for each in journal if isinstance(each.fact, kind)]

    def books(self) -> dict[str, Counter[tuple[int, str]]]:
        """What every account holds, on the side on which it grows; checked against the market on the way."""
        ledger = Ledger()
        for context in ("market", "settlement"):
            for recorded in self.rooms.journals[context]:
                if type(recorded.fact) in TEMPLATES:
                    assert entry_of(recorded.fact).subject
                    ledger.post(recorded.fact)
        ledger.check(self.market)
        return {currency: +held for currency, held in ledger.balances.items()}
