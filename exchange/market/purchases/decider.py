"""Purchases after their trade, as a room of the market."""

from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.purchases import commands as asked
from exchange.market.purchases import facts as happened
from exchange.market.purchases import fold
from exchange.market.purchases.lots import back_asks
from exchange.market.purchases.refunding import approve_refund, bust_trade
from exchange.market.purchases.rejecting import accept_part, concede_rejection, let_stand, reject_delivery
from exchange.market.room import Room

ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.RejectDelivery: reject_delivery,
        asked.AcceptPart: accept_part,
        asked.ConcedeRejection: concede_rejection,
        asked.ApproveRefund: approve_refund,
        asked.BustTrade: bust_trade,
    },
    folds={
        happened.DeliveryRejected: fold.delivery_rejected,
        happened.ConclusionNoted: fold.conclusion_noted,
        happened.RefundApproved: fold.refund_approved,
        happened.TradeBusted: fold.trade_busted,
        happened.LotsReturned: fold.lots_returned,
        happened.AsksBacked: fold.asks_backed,
        PurchaseAccepted: fold.purchase_accepted,
        PurchaseRefunded: fold.purchase_refunded,
    },
    due={fold.REJECTION: let_stand, fold.UNBACKED: back_asks},
)
