"""Revenue shares as a room of the settlement."""

from exchange.settlement.room import Room
from exchange.settlement.shares import commands as asked
from exchange.settlement.shares import facts as happened
from exchange.settlement.shares.agreeing import agree, give_back, paid, report
from exchange.settlement.shares.state import Agreement
from exchange.settlement.state import Settlement


def agreed(settlement: Settlement, fact: happened.RevenueShareAgreed, at: int) -> None:
    settlement.shares.agreements[fact.agreement_id] = Agreement(fact, guaranteed=not fact.guarantee_minor)


def guarantee_claimed(settlement: Settlement, fact: happened.GuaranteeClaimed, at: int) -> None:
    settlement.shares.guarantees[fact.claim_id] = fact


def reported(settlement: Settlement, fact: happened.RevenueShareReported, at: int) -> None:
    """What is earned is recouped at once: the next period sees only what is left. Where nothing is due, it is over."""
    agreement = settlement.shares.agreements[fact.agreement_id]
    agreement.periods.add(fact.period)
    agreement.to_recoup_minor -= fact.recouped_minor
    if fact.amount_minor:
        settlement.shares.reports[fact.claim_id] = fact


def settled(settlement: Settlement, fact: happened.ShareSettled, at: int) -> None:
    shares = settlement.shares
    guarantee = shares.guarantees.pop(fact.claim_id, None)
    if guarantee is None:
        del shares.reports[fact.claim_id]
        return
    agreement = shares.agreements[fact.agreement_id]
    agreement.guaranteed = True
    agreement.to_recoup_minor += guarantee.amount_minor


def returned(settlement: Settlement, fact: happened.ShareReturned, at: int) -> None:
    """Without its guarantee an agreement is none; a report is as if it had not been made."""
    shares = settlement.shares
    if shares.guarantees.pop(fact.claim_id, None) is not None:
        del shares.agreements[fact.agreement_id]
        return
    report = shares.reports.pop(fact.claim_id)
    agreement = shares.agreements[fact.agreement_id]
    agreement.periods.remove(report.period)
    agreement.to_recoup_minor += report.recouped_minor


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.AgreeRevenueShare: agree,
        asked.ReportRevenue: report,
        asked.SettleShare: paid,
        asked.ReturnShare: give_back,
    },
    folds={
        happened.RevenueShareAgreed: agreed,
        happened.GuaranteeClaimed: guarantee_claimed,
        happened.RevenueShareReported: reported,
        happened.ShareSettled: settled,
        happened.ShareReturned: returned,
    },
    due={},
)
