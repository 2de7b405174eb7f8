"""Requests for quotation as a room of the market: who answers what, and what falls due."""

from exchange.market.quotes.awards import award_quote, end_award
from exchange.market.quotes.commands import (
    COMMANDS,
    AcceptSample,
    AwardQuote,
    EndAward,
    Quote,
    RejectSample,
    RequestQuotes,
    SubmitSample,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.quotes.facts import FACTS
from exchange.market.quotes.folds import ANSWER_DUE, CLOSES, DONE, EXPIRES, FOLDS, SAMPLE_DUE
from exchange.market.quotes.quoting import expire_quote, quote, withdraw_quote
from exchange.market.quotes.requests import close_quotes, end_request, request_quotes, withdraw_request
from exchange.market.quotes.samples import (
    accept_sample,
    answer_sample,
    miss_sample,
    reject_sample,
    submit_sample,
)
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        RequestQuotes: request_quotes,
        WithdrawRequest: withdraw_request,
        Quote: quote,
        WithdrawQuote: withdraw_quote,
        AwardQuote: award_quote,
        SubmitSample: submit_sample,
        AcceptSample: accept_sample,
        RejectSample: reject_sample,
        EndAward: end_award,
    },
    folds=FOLDS,
    due={
        CLOSES: close_quotes,
        DONE: end_request,
        EXPIRES: expire_quote,
        SAMPLE_DUE: miss_sample,
        ANSWER_DUE: answer_sample,
    },
)
