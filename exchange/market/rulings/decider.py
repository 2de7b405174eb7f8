"""The counter's rulings, as the registry decided them: recorded, and over with their time.

What they lift is in `lifting.py`, how they are taken back in `concluding.py`.
"""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.agenda import schedule, settle
from exchange.market.book_fold import try_again
from exchange.market.commands import InstrumentTerms
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import forget_answers_of, restand
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.rulings import concluding
from exchange.market.rulings.commands import COMMANDS, ConcludeCase, RecordRuling
from exchange.market.rulings.facts import (
    FACTS,
    CaseConcluded,
    CasePurchasesEnded,
    RulingEnded,
    RulingRecorded,
)
from exchange.market.rulings.state import Ruling, scope_of
from exchange.market.state import Market

VALID_MAX = 3 * 366 * DAY
"""How long a ruling may hold: what is looked at once is looked at again."""
RULINGS_MAX = 100
"""Rulings that hold for one product or one instrument at a time."""
_ENDS = "ruling_ends"


def record_ruling(market: Market, command: RecordRuling, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember what the counter has ruled; what it replaces holds no more, even if this does not fit."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    over = tuple(_replaced(market, command))
    if (refusal := _unfit(market, command, cause)) is not None:
        return (*over, refusal)
    return (
        RulingRecorded(
            ruling_id=derived_id("RU", cause.partition, cause.offset, 0),
            codes=tuple(dict.fromkeys(command.codes)),
            product_id=command.product_id,
            instrument_id=command.instrument_id,
            buyer_id=command.buyer_id,
            valid_until=command.valid_until,
            panel=command.panel,
            grounds=command.grounds,
            reference=command.reference,
            by_id=cause.actor,
        ),
        *over,
    )


def _replaced(market: Market, command: RecordRuling) -> Iterator[RulingEnded]:
    """The ends of what came of the same case before."""
    if command.replaces:
        for each in market.rulings.held.values():
            if each.reference == command.reference:
                yield RulingEnded(ruling_id=each.ruling_id, basis="withdrawn", grounds=command.grounds)


def end_ruling(market: Market, ruling_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Its time is over."""
    return (RulingEnded(ruling_id=ruling_id, basis="time", grounds=""),)


def _unfit(market: Market, command: RecordRuling, cause: Cause) -> Refused | None:
    if (command.product_id is None) == (command.instrument_id is None):
        detail = (
            "a ruling is about one product or about one instrument; name the product_id or the instrument_id"
        )
        return refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, command.reference, detail)
    scope = scope_of(command.product_id, command.instrument_id)
    if not cause.at < command.valid_until <= cause.at + VALID_MAX:
        until, latest = iso(command.valid_until), iso(cause.at + VALID_MAX)
        detail = f"it would hold until {until}; name a time after {iso(cause.at)}, {latest} at the latest"
        return refused(command, Reason.TIME_OUT_OF_RANGE, scope, detail)
    if len(market.rulings.by_scope.get(scope, ())) >= RULINGS_MAX:
        detail = f"{RULINGS_MAX} rulings hold for it, and no more may; withdraw those that are not needed"
        return refused(command, Reason.RULINGS_TOO_MANY, scope, detail)
    return None


def _recorded(market: Market, fact: RulingRecorded, at: int) -> None:
    ruling = Ruling(
        ruling_id=fact.ruling_id,
        codes=fact.codes,
        product_id=fact.product_id,
        instrument_id=fact.instrument_id,
        buyer_id=fact.buyer_id,
        valid_until=fact.valid_until,
        reference=fact.reference,
    )
    market.rulings.held[fact.ruling_id] = ruling
    market.rulings.by_scope.setdefault(_scope(ruling), []).append(fact.ruling_id)
    schedule(market.agenda, fact.valid_until, _ENDS, fact.ruling_id)
    _look_again(market, ruling, at)


def _ended(market: Market, fact: RulingEnded, at: int) -> None:
    ruling = market.rulings.held.pop(fact.ruling_id)
    scope = _scope(ruling)
    market.rulings.by_scope[scope].remove(fact.ruling_id)
    if not market.rulings.by_scope[scope]:
        del market.rulings.by_scope[scope]
    settle(market.agenda, _ENDS, fact.ruling_id)
    _look_again(market, ruling, at)


def _scope(ruling: Ruling) -> str:
    return scope_of(ruling.product_id, ruling.instrument_id)


def _look_again(market: Market, ruling: Ruling, at: int) -> None:
    """What the fence said of its scope counts no more, and whoever it names stands otherwise."""
    about = {name for name, each in market.instruments.items() if _covers(ruling, each.terms)}
    forget_answers_of(market, about, "ruling")
    if ruling.buyer_id in market.participants:
        restand(market, ruling.buyer_id)
    if about:
        try_again(market, at)


def _covers(ruling: Ruling, terms: InstrumentTerms) -> bool:
    return ruling.instrument_id == terms.instrument_id or ruling.product_id == terms.product_id


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        RecordRuling: record_ruling,
        ConcludeCase: concluding.conclude_case,
    },
    folds={
        RulingRecorded: _recorded,
        RulingEnded: _ended,
        CaseConcluded: concluding.concluded,
        CasePurchasesEnded: concluding.advanced,
    },
    due={_ENDS: end_ruling, concluding.ENDING: concluding.end_purchases},
)
