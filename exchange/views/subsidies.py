"""Subsidy programmes, what has come into them, and what of claims was paid."""

from collections.abc import Iterable

from exchange.settlement.subsidies import facts as happened
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

SUBSIDY_PROGRAMMES = table(
    "subsidy_programmes",
    "Programmes that sponsors fund, and what each participant may get of them in each window",
    text("programme_id", key=True),
    count("seq"),
    text("sponsor_id"),
    text("currency"),
    count("cap_minor", comment="for each participant and window"),
    text("cap_window", comment="month, quarter or year, of the calendar in Shanghai"),
    count("at"),
)

SUBSIDY_FUNDS = table(
    "subsidy_funds",
    "What sponsors promised for programmes, and what has come",
    count("seq", key=True),
    text("programme_id"),
    text("currency"),
    count("pledged_minor", comment="promised; negative where it has come"),
    count("funded_minor", comment="come"),
    text("bank_id", null=True),
    text("reference", null=True, comment="the bank's name for the payment"),
    count("at"),
    indexes=[("programme_id",)],
)

SUBSIDY_ADMISSIONS = table(
    "subsidy_admissions",
    "Who may claim from which programme",
    text("programme_id", key=True),
    text("participant_id", key=True),
    count("seq"),
    count("at"),
    indexes=[("participant_id",)],
)

SUBSIDY_CLAIMS = table(
    "subsidy_claims",
    "What participants claimed from programmes, what was paid and what kept the rest",
    text("claim_id", key=True),
    count("seq"),
    text("programme_id"),
    text("participant_id"),
    text("market_id"),
    text("currency"),
    count("claimed_minor"),
    count("amount_minor", comment="to be paid"),
    count("unpaid_minor"),
    text("unpaid_reason", comment="what kept the rest; empty where nothing was kept"),
    text("period", comment="the window that it counts in"),
    count("cap_minor", comment="in such a window, then"),
    text("reference", comment="what it was claimed for"),
    text("state", comment="claimed, paid or returned"),
    text("reason", null=True, comment="why it came back"),
    text("detail", null=True),
    count("at"),
    count("closed_at", null=True),
    indexes=[("participant_id",), ("programme_id", "period")],
)


def _opened(here: Here, fact: happened.SubsidyProgrammeOpened) -> Iterable[Change]:
    yield Insert(
        SUBSIDY_PROGRAMMES,
        {
            "programme_id": fact.programme_id,
            "seq": here.seq,
            "sponsor_id": fact.sponsor_id,
            "currency": fact.currency,
            "cap_minor": fact.cap_minor,
            "cap_window": fact.window,
            "at": here.at,
        },
    )


def _admitted(here: Here, fact: happened.SubsidyAdmitted) -> Iterable[Change]:
    key: Row = {"programme_id": fact.programme_id, "participant_id": fact.participant_id}
    yield Insert(SUBSIDY_ADMISSIONS, {**key, "seq": here.seq, "at": here.at})


def _pledged(here: Here, fact: happened.SubsidyPledged) -> Iterable[Change]:
    yield _line(here, fact, fact.amount_minor, 0, None, None)


def _funded(here: Here, fact: happened.SubsidyFunded) -> Iterable[Change]:
    amounts = (-fact.pledged_minor, fact.amount_minor)
    yield _line(here, fact, *amounts, fact.bank_id, fact.reference)


def _line(
    here: Here,
    fact: happened.SubsidyPledged | happened.SubsidyFunded,
    pledged_minor: int,
    funded_minor: int,
    bank_id: str | None,
    reference: str | None,
) -> Change:
    return Insert(
        SUBSIDY_FUNDS,
        {
            "seq": here.seq,
            "programme_id": fact.programme_id,
            "currency": fact.currency,
            "pledged_minor": pledged_minor,
            "funded_minor": funded_minor,
            "bank_id": bank_id,
            "reference": reference,
            "at": here.at,
        },
    )


def _claimed(here: Here, fact: happened.SubsidyClaimed) -> Iterable[Change]:
    yield Insert(
        SUBSIDY_CLAIMS,
        {
            "claim_id": fact.claim_id,
            "seq": here.seq,
            "programme_id": fact.programme_id,
            "participant_id": fact.participant_id,
            "market_id": fact.market_id,
            "currency": fact.currency,
            "claimed_minor": fact.claimed_minor,
            "amount_minor": fact.amount_minor,
            "unpaid_minor": fact.unpaid_minor,
            "unpaid_reason": fact.reason,
            "period": fact.period,
            "cap_minor": fact.cap_minor,
            "reference": fact.reference,
            "state": "claimed",
            "reason": None,
            "detail": None,
            "at": here.at,
            "closed_at": None,
        },
    )


def _settled(here: Here, fact: happened.SubsidySettled) -> Iterable[Change]:
    values: Row = {"state": "paid", "closed_at": here.at}
    yield Update(SUBSIDY_CLAIMS, {"claim_id": fact.claim_id}, values)


def _returned(here: Here, fact: happened.SubsidyReturned) -> Iterable[Change]:
    values: Row = {"state": "returned", "reason": fact.reason, "detail": fact.detail, "closed_at": here.at}
    yield Update(SUBSIDY_CLAIMS, {"claim_id": fact.claim_id}, values)


_HANDLERS: dict[type, Handler] = {
    happened.SubsidyProgrammeOpened: _opened,
    happened.SubsidyAdmitted: _admitted,
    happened.SubsidyPledged: _pledged,
    happened.SubsidyFunded: _funded,
    happened.SubsidyClaimed: _claimed,
    happened.SubsidySettled: _settled,
    happened.SubsidyReturned: _returned,
}

SUBSIDIES_VIEW = View(
    name="subsidies",
    contexts=("settlement",),
    tables=(SUBSIDY_PROGRAMMES, SUBSIDY_FUNDS, SUBSIDY_ADMISSIONS, SUBSIDY_CLAIMS),
    handlers=_HANDLERS,
    # Its other rooms have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
