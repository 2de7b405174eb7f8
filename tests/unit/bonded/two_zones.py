"""Two business zones in partitions of their own, and the policy between them."""

from typing import Any

from exchange.bonded import commands as asked
from exchange.bonded.accounts import books
from exchange.bonded.facts import ConsignmentProposed
from exchange.kernel.bases import Fact
from exchange.policies.bonded_bonded import BONDED_BONDED
from exchange.policies.policy import Ask
from tests.unit.bonded.stage import (
    EXCHANGE,
    OTHER,
    PROCESSOR,
    ZONE,
    ZoneStage,
    a_lot,
    a_proposal,
    a_transfer,
    a_zone,
    items,
    scc,
)

FAR = "BZ-3"


class TwoZones:
    """BZ-2 and BZ-3. What one says reaches the other when it is heard, in the order in which it was said."""

    def __init__(self) -> None:
        self.zones: dict[str, ZoneStage] = {ZONE: a_zone(), FAR: a_zone(FAR, 1)}
        for stage in self.zones.values():
            stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-14", PROCESSOR, OTHER)))
        self._told = dict.fromkeys(self.zones, 0)
        self._asks: dict[str, list[Ask]] = {name: [] for name in self.zones}

    @property
    def here(self) -> ZoneStage:
        return self.zones[ZONE]

    @property
    def there(self) -> ZoneStage:
        return self.zones[FAR]

    def waiting(self, name: str) -> int:
        """How much of what a zone has said nobody has heard yet."""
        stage = self.zones[name]
        for recorded in stage.journal[self._told[name] :]:
            self._asks[name] += BONDED_BONDED.react(recorded)
        self._told[name] = len(stage.journal)
        return len(self._asks[name])

    def hear(self, name: str = ZONE) -> tuple[Fact, ...]:
        """What comes of the first that a zone has said and nobody has heard; nothing where there is none."""
        if not self.waiting(name):
            return ()
        ask = self._asks[name].pop(0)
        return self.zones.get(ask.key or "", self.there).ask(EXCHANGE, ask.command)

    def heard(self) -> None:
        """All that either has to say."""
        while any(self.waiting(name) for name in self.zones):
            for name in self.zones:
                self.hear(name)

    def came(self, quantity: int = 10_000) -> str:
        """A consignment that came into the first zone."""
        command = a_proposal("HB-0001", lots=(a_lot(quantity),))
        return self.here.gave(ConsignmentProposed, PROCESSOR, command).consignment_id

    def sent(self, name: str, first: int = 10, last: int = 109, **changed: Any) -> str:
        """Items that are on their way to the other zone."""
        values: dict[str, Any] = {"to_zone_id": FAR}
        egress_id = self.here.requested(a_transfer(items(name, first, last), **(values | changed)))
        self.here.given(OTHER, self.here.arrival(egress_id, OTHER))
        return egress_id

    def line(self, name: str, zone: str = ZONE) -> dict[str, int]:
        """An account in its own unit, without what is zero."""
        found = books(self.zones[zone].state.consignments[name])[0]
        amounts = {each: getattr(found, each) for each in found.__struct_fields__ if each != "unit"}
        return {each: amount for each, amount in amounts.items() if amount and each != "counted"}
