"""Exchanging currencies as a room of the settlement."""

from exchange.settlement.agenda import schedule, settle
from exchange.settlement.fx import commands as asked
from exchange.settlement.fx import facts as happened
from exchange.settlement.fx.converting import complete, convert, give_back
from exchange.settlement.fx.quoting import quote, run_out, withdraw
from exchange.settlement.fx.state import Deal
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement

RUNS_OUT = "1-quote"
"""A quote's time is over; the subject is the quote."""


def quoted(settlement: Settlement, fact: happened.FxQuoted, at: int) -> None:
    fx = settlement.fx
    fx.deals[fact.quote_id] = Deal(fact, fact.max_minor)
    fx.of_bank[fact.bank_id] = fx.of_bank.get(fact.bank_id, 0) + 1
    schedule(settlement, fact.expires_at, RUNS_OUT, fact.quote_id)


def conversion_asked(settlement: Settlement, fact: happened.FxAsked, at: int) -> None:
    deal = settlement.fx.deals[fact.quote_id]
    deal.left_minor -= _fixed(fact)
    deal.under_way += 1
    settlement.fx.conversions[fact.conversion_id] = fact


def completed(settlement: Settlement, fact: happened.FxCompleted, at: int) -> None:
    conversion = settlement.fx.conversions.pop(fact.conversion_id)
    deal = settlement.fx.deals[fact.quote_id]
    deal.under_way -= 1
    deal.done += 1
    deal.sold_minor += conversion.sold_minor
    deal.bought_minor += conversion.bought_minor


def returned(settlement: Settlement, fact: happened.FxReturned, at: int) -> None:
    conversion = settlement.fx.conversions.pop(fact.conversion_id)
    deal = settlement.fx.deals[fact.quote_id]
    deal.under_way -= 1
    deal.left_minor += _fixed(conversion)


def ended(settlement: Settlement, fact: happened.FxQuoteEnded, at: int) -> None:
    deal = settlement.fx.deals[fact.quote_id]
    deal.ended = True
    settle(settlement, deal.quoted.expires_at, RUNS_OUT, fact.quote_id)


def deal_closed(settlement: Settlement, fact: happened.FxDealClosed, at: int) -> None:
    del settlement.fx.deals[fact.quote_id]
    settlement.fx.of_bank[fact.bank_id] -= 1
    if not settlement.fx.of_bank[fact.bank_id]:
        del settlement.fx.of_bank[fact.bank_id]


def _fixed(fact: happened.FxAsked) -> int:
    return fact.sold_minor if fact.side == "fixed_sell" else fact.bought_minor


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.QuoteFx: quote,
        asked.WithdrawFxQuote: withdraw,
        asked.ConvertFx: convert,
        asked.CompleteFx: complete,
        asked.ReturnFx: give_back,
    },
    folds={
        happened.FxQuoted: quoted,
        happened.FxAsked: conversion_asked,
        happened.FxCompleted: completed,
        happened.FxReturned: returned,
        happened.FxQuoteEnded: ended,
        happened.FxDealClosed: deal_closed,
    },
    due={RUNS_OUT: run_out},
)
