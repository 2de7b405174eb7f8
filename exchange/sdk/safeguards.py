"""The door to safeguards, lists and the counting of persons: for the counter, exporters and the governance."""

from exchange.kernel.lists import ListTerms
from exchange.registry.lists.commands import EndList, PublishList, RegisterAtCentre
from exchange.registry.lists.facts import CentreRegistered, ListEnded, ListPublished
from exchange.registry.persons.commands import ConfirmSplitting, DeclarePersons, WithdrawSplitting
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.safeguards.commands import (
    ChangeSafeguard,
    ExtendSafeguard,
    FileSafeguard,
    RegisterSafeguard,
    RevokeSafeguard,
)
from exchange.registry.safeguards.facts import (
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from exchange.sdk.door import REGISTRY, Door
from exchange.sdk.rooms.attesting import Attesting
from streams.deadline import DEADLINE_S


class Safeguards(Attesting, Door):
    """Says which legal tools are held, whose word stands, what lists say, and how many persons leave together.

    Shape: every market and zone knows it when a method returns.
    """

    async def register(
        self, command: RegisterSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardRegistered:
        """Record a safeguard, as the counter or an operator."""
        return await self._fact(SafeguardRegistered, "registry", REGISTRY, command, id, deadline_s)

    async def file(
        self,
        safeguard_id: str,
        filed_on: str,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SafeguardFiled:
        """Record that a contract was filed with the authority, on a day such as 2026-03-10."""
        command = FileSafeguard(safeguard_id=safeguard_id, filed_on=filed_on, reference=reference)
        return await self._fact(SafeguardFiled, "registry", REGISTRY, command, id, deadline_s)

    async def change(
        self, command: ChangeSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardChanged:
        """Record that a safeguard's scope, assessment or checks stand otherwise."""
        return await self._fact(SafeguardChanged, "registry", REGISTRY, command, id, deadline_s)

    async def extend(
        self, command: ExtendSafeguard, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardExtended:
        """Record that a security assessment was extended."""
        return await self._fact(SafeguardExtended, "registry", REGISTRY, command, id, deadline_s)

    async def revoke(
        self, safeguard_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SafeguardRevoked:
        """Record that a safeguard holds no more; the governance may too."""
        command = RevokeSafeguard(safeguard_id=safeguard_id, grounds=grounds)
        return await self._fact(SafeguardRevoked, "registry", REGISTRY, command, id, deadline_s)

    async def declare_persons(
        self, command: DeclarePersons, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PersonsDeclared:
        """Say how many distinct persons product versions hold together, as their exporter."""
        return await self._fact(PersonsDeclared, "registry", REGISTRY, command, id, deadline_s)

    async def confirm_splitting(
        self, command: ConfirmSplitting, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SplittingConfirmed:
        """Find that a group splits personal information, as the governance."""
        return await self._fact(SplittingConfirmed, "registry", REGISTRY, command, id, deadline_s)

    async def withdraw_splitting(
        self, command: WithdrawSplitting, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SplittingWithdrawn:
        """Take a finding of splitting back, as the governance."""
        return await self._fact(SplittingWithdrawn, "registry", REGISTRY, command, id, deadline_s)

    async def publish_list(
        self, terms: ListTerms, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ListPublished:
        """Record a version of a zone's list, as the counter or an operator."""
        return await self._fact(ListPublished, "registry", REGISTRY, PublishList(terms=terms), id, deadline_s)

    async def end_list(
        self,
        list_id: str,
        valid_to: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ListEnded:
        """Record the last day of a list, such as 2026-04-23."""
        command = EndList(list_id=list_id, valid_to=valid_to, grounds=grounds)
        return await self._fact(ListEnded, "registry", REGISTRY, command, id, deadline_s)

    async def register_at_centre(
        self, command: RegisterAtCentre, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CentreRegistered:
        """Record whether a product version is registered under a list of general data."""
        return await self._fact(CentreRegistered, "registry", REGISTRY, command, id, deadline_s)
