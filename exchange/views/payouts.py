"""What participants are owed and paid: runs, net sets, and what one person may release."""

from collections.abc import Iterable

from exchange.settlement.files.facts import PaymentFileIssued
from exchange.settlement.payouts import facts as happened
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

PAYOUT_RUNS = table(
    "payout_runs",
    "Runs in which all that is owed in a currency is netted",
    text("run_id", key=True),
    count("seq"),
    text("currency"),
    text("value_date"),
    text("opened_by"),
    count("at"),
)

PAYOUTS = table(
    "payouts",
    "Net sets: what a market owes a participant in one currency, paid whole or not at all",
    text("set_id", key=True),
    count("seq"),
    text("run_id"),
    count("market_partition", comment="where the money is held"),
    text("participant_id"),
    text("currency"),
    text("value_date"),
    count("payable_minor", comment="from sales"),
    count("commission_minor"),
    count("share_minor", comment="of others' revenue"),
    count("netted_minor", comment="with what it owed"),
    count("amount_minor", comment="to be paid"),
    text("digest", comment="BLAKE2b-256 of the set, in hex: what is released"),
    count("releases_needed"),
    text("approved_by", null=True, comment="the first of two"),
    text("released_by", null=True, comment="JSON array"),
    text("state", comment="proposed, approved, released, paid, rejected, failed or returned"),
    text("bank_id", null=True),
    text("reference", null=True, comment="the bank's name for the payment"),
    text("grounds", null=True, comment="why it is not paid"),
    count("at"),
    count("released_at", null=True),
    count("closed_at", null=True),
    count("recovered_minor", default=0, comment="with what it owed for refunds"),
    text("payee_id", null=True, comment="where to; null: no account was named when its run was opened"),
    text("file_id", null=True, comment="the payment file that has it"),
    count("returned_at", null=True, comment="it was paid before, and came back"),
    indexes=[("participant_id",), ("run_id",), ("state",)],
)

RELEASE_LIMITS = table(
    "release_limits",
    "Up to which amount one person may release a payout; the last of each currency that was set holds",
    count("seq", key=True),
    text("currency"),
    count("limit_minor"),
    text("set_by"),
    count("at"),
    text("state", default="set", comment="set, or proposed: a second person has to say the same"),
)


def _run(here: Here, fact: happened.PayoutRunOpened) -> Iterable[Change]:
    yield Insert(
        PAYOUT_RUNS,
        {
            "run_id": fact.run_id,
            "seq": here.seq,
            "currency": fact.currency,
            "value_date": fact.value_date,
            "opened_by": here.meta.actor,
            "at": here.at,
        },
    )


def _proposed(here: Here, fact: happened.PayoutProposed) -> Iterable[Change]:
    net = fact.net
    yield Insert(
        PAYOUTS,
        {
            "set_id": net.set_id,
            "seq": here.seq,
            "run_id": net.run_id,
            "market_partition": net.partition,
            "participant_id": net.participant_id,
            "currency": net.currency,
            "value_date": net.value_date,
            "payable_minor": net.payable_minor,
            "commission_minor": net.commission_minor,
            "share_minor": net.share_minor,
            "netted_minor": net.netted_minor,
            "amount_minor": net.amount_minor,
            "digest": fact.digest.hex(),
            "releases_needed": fact.releases_needed,
            "approved_by": None,
            "released_by": None,
            "state": "proposed",
            "bank_id": None,
            "reference": None,
            "grounds": None,
            "at": here.at,
            "released_at": None,
            "closed_at": None,
            "recovered_minor": net.recovered_minor,
            "payee_id": net.payee_id or None,
            "file_id": None,
            "returned_at": None,
        },
    )


def _approved(here: Here, fact: happened.PayoutApproved) -> Iterable[Change]:
    yield Update(PAYOUTS, {"set_id": fact.set_id}, {"state": "approved", "approved_by": fact.by_id})


def _released(here: Here, fact: happened.PayoutReleased) -> Iterable[Change]:
    values: Row = {"state": "released", "released_by": as_json_list(fact.by_ids), "released_at": here.at}
    yield Update(PAYOUTS, {"set_id": fact.set_id}, values)


def _paid(here: Here, fact: happened.PayoutPaid) -> Iterable[Change]:
    values: Row = {
        "state": "paid",
        "bank_id": fact.bank_id,
        "reference": fact.reference,
        "closed_at": here.at,
    }
    yield Update(PAYOUTS, {"set_id": fact.set_id}, values)


def _reversed(here: Here, fact: happened.PayoutReversed) -> Iterable[Change]:
    values: Row = {"state": fact.cause, "grounds": fact.grounds, "closed_at": here.at}
    yield Update(PAYOUTS, {"set_id": fact.set_id}, values)


def _returned(here: Here, fact: happened.PaymentReturned) -> Iterable[Change]:
    values: Row = {"state": "returned", "grounds": fact.grounds, "returned_at": here.at}
    yield Update(PAYOUTS, {"set_id": fact.set_id}, values)


def _in_file(here: Here, fact: PaymentFileIssued) -> Iterable[Change]:
    for payment in fact.payments:
        yield Update(PAYOUTS, {"set_id": payment.set_id}, {"file_id": fact.file_id})


def _limit_set(here: Here, fact: happened.ReleaseLimitSet) -> Iterable[Change]:
    yield _limit(here, fact, "set")


def _raise_proposed(here: Here, fact: happened.ReleaseLimitProposed) -> Iterable[Change]:
    yield _limit(here, fact, "proposed")


def _limit(here: Here, fact: happened.ReleaseLimitSet | happened.ReleaseLimitProposed, state: str) -> Change:
    return Insert(
        RELEASE_LIMITS,
        {
            "seq": here.seq,
            "currency": fact.currency,
            "limit_minor": fact.limit_minor,
            "set_by": here.meta.actor,
            "at": here.at,
            "state": state,
        },
    )


_HANDLERS: dict[type, Handler] = {
    happened.PayoutRunOpened: _run,
    happened.PayoutProposed: _proposed,
    happened.PayoutApproved: _approved,
    happened.PayoutReleased: _released,
    happened.PayoutPaid: _paid,
    happened.PayoutReversed: _reversed,
    happened.PaymentReturned: _returned,
    PaymentFileIssued: _in_file,
    happened.ReleaseLimitSet: _limit_set,
    happened.ReleaseLimitProposed: _raise_proposed,
}

PAYOUTS_VIEW = View(
    name="payouts",
    contexts=("settlement",),
    tables=(PAYOUT_RUNS, PAYOUTS, RELEASE_LIMITS),
    handlers=_HANDLERS,
    # The other rooms of the settlement have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
