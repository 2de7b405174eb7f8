"""Subsidies through the doors."""

from exchange.sdk.door import SETTLEMENT, Door
from exchange.settlement.subsidies.commands import (
    AdmitToSubsidy,
    ClaimSubsidy,
    ConfirmSubsidyFunding,
    OpenSubsidyProgramme,
    PledgeSubsidy,
    Window,
)
from exchange.settlement.subsidies.facts import (
    SubsidyAdmitted,
    SubsidyClaimed,
    SubsidyFunded,
    SubsidyPledged,
    SubsidyProgrammeOpened,
)
from streams.deadline import DEADLINE_S


class SubsidyClaimant(Door):
    """Claims from programmes, or promises money for one. Units: amounts are minor units."""

    async def claim_subsidy(
        self,
        programme_id: str,
        market_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyClaimed:
        """Claim from a programme; what the cap and the fund leave of it is in the market's purse when this returns."""
        command = ClaimSubsidy(
            programme_id=programme_id, market_id=market_id, amount_minor=amount_minor, reference=reference
        )
        return await self._fact(SubsidyClaimed, "settlement", SETTLEMENT, command, id, deadline_s)

    async def pledge_subsidy(
        self, programme_id: str, amount_minor: int, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubsidyPledged:
        """Promise money as a programme's sponsor."""
        command = PledgeSubsidy(programme_id=programme_id, amount_minor=amount_minor)
        return await self._fact(SubsidyPledged, "settlement", SETTLEMENT, command, id, deadline_s)


class SubsidyBank(Door):
    """Says that sponsors' money has come. Units: amounts are minor units."""

    async def confirm_subsidy_funding(
        self,
        programme_id: str,
        amount_minor: int,
        reference: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyFunded:
        """A sponsor's money for a programme has come."""
        command = ConfirmSubsidyFunding(
            programme_id=programme_id, amount_minor=amount_minor, reference=reference
        )
        return await self._fact(SubsidyFunded, "settlement", SETTLEMENT, command, id, deadline_s)


class SubsidyOperator(Door):
    """Opens programmes, and says who may claim. Units: amounts are minor units."""

    async def open_subsidy_programme(
        self,
        programme_id: str,
        sponsor_id: str,
        cap_minor: int,
        currency: str = "CNY",
        window: Window = "year",
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubsidyProgrammeOpened:
        """Open a programme: so much for each participant in each window."""
        command = OpenSubsidyProgramme(
            programme_id=programme_id,
            sponsor_id=sponsor_id,
            currency=currency,
            cap_minor=cap_minor,
            window=window,
        )
        return await self._fact(SubsidyProgrammeOpened, "settlement", SETTLEMENT, command, id, deadline_s)

    async def admit_to_subsidy(
        self, programme_id: str, participant_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubsidyAdmitted:
        """Let a participant claim from a programme."""
        command = AdmitToSubsidy(programme_id=programme_id, participant_id=participant_id)
        return await self._fact(SubsidyAdmitted, "settlement", SETTLEMENT, command, id, deadline_s)
