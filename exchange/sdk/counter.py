"""The counter's door: what its panels ruled on cases."""

from exchange.kernel.panel import PanelMember
from exchange.registry.cases.commands import RuleOnCase, WithdrawCaseRuling
from exchange.registry.cases.facts import CaseRuled, CaseRulingWithdrawn
from exchange.sdk.door import REGISTRY, Door
from exchange.sdk.rooms.described import Reclassifying
from streams.deadline import DEADLINE_S


class Counter(Reclassifying, Door):
    """Rules on what the fence leaves to people. Units: `valid_until` is exchange time in µs."""

    async def lift(
        self,
        case_id: str,
        codes: tuple[str, ...],
        valid_until: int,
        panel: tuple[PanelMember, PanelMember, PanelMember],
        grounds: str,
        *,
        whole_product: bool = False,
        any_buyer: bool = False,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseRuled:
        """Let pass what a panel has looked at; every market and zone it is about knows it when this returns."""
        command = RuleOnCase(
            case_id=case_id,
            verdict="lifted",
            panel=panel,
            grounds=grounds,
            codes=codes,
            valid_until=valid_until,
            whole_product=whole_product,
            any_buyer=any_buyer,
            reference=reference,
        )
        return await self._fact(CaseRuled, "registry", REGISTRY, command, id, deadline_s)

    async def rule_against(
        self,
        case_id: str,
        panel: tuple[PanelMember, PanelMember, PanelMember],
        grounds: str,
        *,
        whole_product: bool = False,
        any_buyer: bool = False,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseRuled:
        """Say that it does not pass: purchases and rights that rest on it end, what is unused is refunded."""
        command = RuleOnCase(
            case_id=case_id,
            verdict="against",
            panel=panel,
            grounds=grounds,
            whole_product=whole_product,
            any_buyer=any_buyer,
            reference=reference,
        )
        return await self._fact(CaseRuled, "registry", REGISTRY, command, id, deadline_s)

    async def withdraw(
        self, case_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> CaseRulingWithdrawn:
        """Take back what a panel let pass; what was bought on it stays bought."""
        command = WithdrawCaseRuling(case_id=case_id, grounds=grounds)
        return await self._fact(CaseRulingWithdrawn, "registry", REGISTRY, command, id, deadline_s)
