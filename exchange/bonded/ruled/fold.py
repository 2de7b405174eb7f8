"""How what was ruled against changes what is remembered."""

from exchange.bonded.agenda import arm
from exchange.bonded.fold_leaving import end_for_good
from exchange.bonded.fold_surroundings import ask_again_all
from exchange.bonded.ruled.facts import EgressEnded, RuledAgainst
from exchange.bonded.ruled.resting import resting_on
from exchange.bonded.state import Against, Bonded, ruling_key


def ruled_against(bonded: Bonded, fact: RuledAgainst, at: int) -> None:
    """Its rulings hold no more, and what rests on it ends next; whatever else is open is asked about again."""
    key = ruling_key(fact.zone_id, fact.handbook_no)
    if fact.ruling_ids:
        bonded.rulings[key] = [
            each for each in bonded.rulings.get(key, ()) if each.ruling_id not in fact.ruling_ids
        ]
    waiting = {name for name, _ in bonded.work.against}
    case = Against(fact.case_id, fact.codes, fact.grounds)
    resting = resting_on(bonded, fact.zone_id, fact.handbook_no, fact.codes)
    bonded.work.against += [(name, case) for name in resting if name not in waiting]
    arm(bonded, at)
    ask_again_all(bonded, at)


def ended(bonded: Bonded, fact: EgressEnded, at: int) -> None:
    """It leaves no more."""
    end_for_good(bonded, fact.egress_id, at)
