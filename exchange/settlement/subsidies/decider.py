"""Subsidies as a room of the settlement."""

from exchange.settlement.room import Room
from exchange.settlement.state import Settlement
from exchange.settlement.subsidies import commands as asked
from exchange.settlement.subsidies import facts as happened
from exchange.settlement.subsidies.claiming import claim, give_back, settle_claim
from exchange.settlement.subsidies.funding import admit, fund, open_programme, pledge
from exchange.settlement.subsidies.state import Programme


def opened(settlement: Settlement, fact: happened.SubsidyProgrammeOpened, at: int) -> None:
    settlement.subsidies.programmes[fact.programme_id] = Programme(fact)


def admitted(settlement: Settlement, fact: happened.SubsidyAdmitted, at: int) -> None:
    settlement.subsidies.programmes[fact.programme_id].admitted.add(fact.participant_id)


def pledged(settlement: Settlement, fact: happened.SubsidyPledged, at: int) -> None:
    settlement.subsidies.programmes[fact.programme_id].pledged_minor += fact.amount_minor


def funded(settlement: Settlement, fact: happened.SubsidyFunded, at: int) -> None:
    programme = settlement.subsidies.programmes[fact.programme_id]
    programme.pledged_minor -= fact.pledged_minor
    programme.fund_minor += fact.amount_minor
    settlement.subsidies.references.setdefault(fact.bank_id, set()).add(fact.reference)


def claimed(settlement: Settlement, fact: happened.SubsidyClaimed, at: int) -> None:
    programme = settlement.subsidies.programmes[fact.programme_id]
    programme.fund_minor -= fact.amount_minor
    programme.used.setdefault(fact.period, {})[fact.participant_id] = fact.used_minor
    programme.claimed.setdefault(fact.participant_id, set()).add(fact.reference)
    settlement.subsidies.claims[fact.claim_id] = fact


def settled(settlement: Settlement, fact: happened.SubsidySettled, at: int) -> None:
    del settlement.subsidies.claims[fact.claim_id]


def returned(settlement: Settlement, fact: happened.SubsidyReturned, at: int) -> None:
    claim = settlement.subsidies.claims.pop(fact.claim_id)
    programme = settlement.subsidies.programmes[fact.programme_id]
    programme.fund_minor += fact.amount_minor
    programme.used[fact.period][fact.participant_id] -= fact.amount_minor
    programme.claimed[fact.participant_id].remove(claim.reference)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.OpenSubsidyProgramme: open_programme,
        asked.AdmitToSubsidy: admit,
        asked.PledgeSubsidy: pledge,
        asked.ConfirmSubsidyFunding: fund,
        asked.ClaimSubsidy: claim,
        asked.SettleSubsidy: settle_claim,
        asked.ReturnSubsidy: give_back,
    },
    folds={
        happened.SubsidyProgrammeOpened: opened,
        happened.SubsidyAdmitted: admitted,
        happened.SubsidyPledged: pledged,
        happened.SubsidyFunded: funded,
        happened.SubsidyClaimed: claimed,
        happened.SubsidySettled: settled,
        happened.SubsidyReturned: returned,
    },
    due={},
)
