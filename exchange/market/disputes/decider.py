"""Disputes as a room of the market."""

from exchange.market.disputes import commands as asked
from exchange.market.disputes import facts as happened
from exchange.market.disputes import fold
from exchange.market.disputes.opening import (
    dispute_invoice,
    open_dispute,
    propose_settlement,
    submit_evidence,
)
from exchange.market.disputes.ruling import rule_on_dispute
from exchange.market.room import Room

ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.OpenDispute: open_dispute,
        asked.SubmitEvidence: submit_evidence,
        asked.ProposeSettlement: propose_settlement,
        asked.RuleOnDispute: rule_on_dispute,
        asked.DisputeInvoice: dispute_invoice,
    },
    folds={
        happened.DisputeOpened: fold.dispute_opened,
        happened.EvidenceSubmitted: fold.evidence_submitted,
        happened.SettlementProposed: fold.settlement_proposed,
        happened.DisputeResolved: fold.dispute_resolved,
    },
    due={},
)
