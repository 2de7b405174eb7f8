"""The story of a decision at the fence, as sentences and as a document."""

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import Any

import msgspec

from exchange.cli.fence_explaining import Explained
from exchange.cli.grid import text_of
from exchange.fence import Hop, Outcome
from exchange.fence.grounds import Ground, Grounds, grounds
from exchange.fence.intents import answer_of
from exchange.fence.plain import EVIDENCE, scalar_said
from exchange.kernel.money import format_minor
from exchange.kernel.time import iso
from exchange.views.queries.fence import Row

_WIDTH = 79
_KINDS = {
    "admit": "admission to the zone",
    "job": "a job inside the zone",
    "export": "export",
    "return": "return of raw data",
    "access": "remote access",
}
_OVER = {
    "against": "was ruled against, and is not looked at again until something changes",
    "answered": "closed, since the fence has answered otherwise meanwhile",
    "lapsed": "closed, since what it waited for had not come in time",
    "withdrawn": "was lifted by a panel, which was taken back",
    "closed": "was ruled on, and the ruling's time is over",
}
"""What became of a case that is before nobody any more."""
_RANKS = (*reversed(Outcome), None)
_EFFECT = {
    Outcome.ALLOW: "the data may move",
    Outcome.ALLOW_COND: "the data may move, with the duties below",
    Outcome.FILE: "the data may not move before a standard contract is filed or a certificate is held",
    Outcome.ASSESS: "the data may not move before a security assessment is passed",
    Outcome.REVIEW: "the data may not move before people have looked at it",
    Outcome.DENY: "the data may not move",
}


def document(explained: Explained) -> dict[str, Any]:
    """Everything, for programs."""
    row = explained.story.decision
    answer = answer_of(row["decision_id"], explained.decision)
    answer["contributions"] = [
        msgspec.to_builtins(each.said)
        | {"facts": [{"fact": fact.fact, "value": fact.value, "known": fact.known} for fact in each.facts]}
        for each in _grounds(explained)
    ]
    listed = ("codes", "panel")
    return answer | {
        "at": iso(row["at"]),
        "effect": _effect(explained),
        "instrument_id": row["instrument_id"],
        "product_id": row["product_id"],
        "seller_id": row["seller_id"],
        "buyer_id": row["buyer_id"],
        "crossing": msgspec.json.decode(row["crossing"]),
        "rulings": [
            {name: msgspec.json.decode(value) if name in listed else value for name, value in each.items()}
            for each in explained.story.rulings
        ],
        "attested": list(explained.story.attested),
        "trades": [
            {name: each[name] for name in ("trade_id", "amount_minor", "currency", "state")}
            for each in explained.story.trades
        ],
        "entitlements": [
            {
                name: each[name]
                for name in ("turn", "entitlement_id", "since_at", "basis", "decision_id", "rested_on")
            }
            for each in explained.story.turns
        ],
        "case": _case_document(explained.story.case),
        "decided_again": None if explained.again is None else explained.stands,
    }


def _case_document(case: Row | None) -> dict[str, Any] | None:
    """The case of the counter, as far as it says something of the decision."""
    if case is None:
        return None
    shown = (
        "case_id",
        "basis",
        "state",
        "missing",
        "demanded",
        "overdue",
        "due_at",
        "valid_until_at",
    )
    return {name: case[name] for name in shown}


def lines(explained: Explained) -> Iterator[str]:
    """The story for people, at most 80 columns wide."""
    row, decision = explained.story.decision, explained.decision
    yield _bold(f"Decision {row['decision_id']} of {second(row['at'])}: {decision.outcome.value}")
    yield from sentence(f"{_effect(explained).capitalize()}.")
    yield ""
    yield from _asked(explained)
    yield from ("", "Why:")
    for each in _grounds(explained):
        yield from _ground(each)
    yield ""
    yield from _consequences(explained)
    yield from _standing(explained)


def _bold(text: str) -> str:
    """A heading."""
    import click

    return click.style(text, bold=True)


def _effect(explained: Explained) -> str:
    if explained.story.decision["ruling_ids"]:
        return "the counter has ruled, and so the data may move, with the duties below"
    return _EFFECT[explained.decision.outcome]


def _grounds(explained: Explained) -> Sequence[Grounds]:
    """What was said, the most severe first and notes last; otherwise in the order in which the rules spoke."""
    found = grounds(explained.crossing, explained.decision, explained.ruleset)
    return sorted(found, key=lambda each: _RANKS.index(each.said.outcome))


def _asked(explained: Explained) -> Iterator[str]:
    row, names = explained.story.decision, explained.story.names
    product, seller, buyer = (_called(row[key], names) for key in ("product_id", "seller_id", "buyer_id"))
    yield from sentence(f"{seller} would hand {product} to {buyer}.")
    for hop in explained.crossing.hops:
        yield from sentence(_hop(hop, len(explained.crossing.hops) > 1))


def _called(name: str, names: Any) -> str:
    return f"{name} ({text_of(names[name])})" if name in names else name


def _hop(hop: Hop, several: bool) -> str:
    kind = _KINDS.get(hop.intent_kind or "", "a move of an unknown kind")
    said = [
        f"{f'Hop {hop.hop_no}: ' if several else ''}{kind} from {_place(hop.origin)} to {_place(hop.destination)}"
    ]
    if hop.remote_access_from:
        said.append(f"seen also from {', '.join(hop.remote_access_from)}")
    if hop.in_transit_at_origin:
        said.append("where it only passed through")
    said.append(f"collected in {', '.join(hop.collected_in) or 'an unknown place'}")
    said.append(f"{hop.data.category or 'unknown'} data{_persons(hop)}")
    said.append(f"for the purpose {hop.purpose or 'that nobody has named'}")
    said.append("as a subscription" if hop.delivery_shape == "subscription" else "as one delivery")
    sentence = ", ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _persons(hop: Hop) -> str:
    match hop.data.contains_pi:
        case None:
            return ", of persons or not is unknown"
        case False:
            return " without persons"
    counts = hop.counts
    persons, sensitive = scalar_said(counts.pi_count_cum), scalar_said(counts.sensitive_count_cum)
    return f" with personal information (mainland persons exported in {counts.year}: {persons}, sensitive: {sensitive})"


def _place(place: str | None) -> str:
    return place or "an unknown place"


def _ground(each: Grounds) -> Iterator[str]:
    said = each.said
    answer = "Note" if said.outcome is None else said.outcome.value
    hop = f", hop {said.hop_no}" if said.hop_no > 1 else ""
    yield _bold(f"  {answer} by rule {said.rule_id} of {said.regime}{hop}: {said.reason_code}")
    for fact in each.facts:
        yield from sentence(_fact(fact), 4)
    if said.safeguards and said.outcome is not None:
        yield from sentence(f"It relies on {joined(said.safeguards)}.", 4)
    grade = EVIDENCE[said.evidence]  # type: ignore[index]
    yield from sentence(f"Source: {said.citation}; {grade}.", 4)


def _fact(fact: Ground) -> str:
    value = scalar_said(fact.value) if fact.known else "not known without its ruleset"
    return f"{fact.told.rstrip('.')}: {value} ({fact.fact})." if fact.told else f"{fact.fact}: {value}."


def _consequences(explained: Explained) -> Iterator[str]:
    decision, row = explained.decision, explained.story.decision
    missing = sorted({name for hop in decision.per_hop for name in hop.missing})
    if missing:
        yield from sentence(f"Not known, and to be supplied: {', '.join(missing)}.")
    if decision.obligations:
        yield from sentence(f"Duties: {', '.join(each.replace('_', ' ') for each in decision.obligations)}.")
    if decision.satisfied_by:
        yield from sentence(f"Safeguards relied on: {', '.join(decision.satisfied_by)}.")
    for attested in explained.story.attested:
        yield from sentence(_word_of(attested))
    if explained.story.case is not None:
        yield from sentence(case_said(explained.story.case))
    for ruling in explained.story.rulings:
        yield from sentence(_ruling(ruling))
    until = row["holds_until"]
    if until is not None:
        yield from sentence(f"If nothing else changes the answer may be another one from {iso(until)} on.")
    for trade in explained.story.trades:
        amount = format_minor(trade["amount_minor"], trade["currency"])
        yield from sentence(f"Trade {trade['trade_id']} rests on it: {amount}, {trade['state']}.")
    for turn in explained.story.turns:
        yield from sentence(turn_said(turn, row["decision_id"]))


def turn_said(turn: Row, decision_id: str = "") -> str:
    """What became of an entitlement when it was decided again."""
    name, since = f"Entitlement {turn['entitlement_id']}", iso(turn["since_at"])
    if turn["turn"] == "restored":
        return f"{name} ran again from {since} on ({turn['basis']}); {_unused(turn)}."
    if turn["turn"] == "ended":
        back = format_minor(turn["refunded_minor"], turn["currency"])
        return f"{name} ended at {since} ({turn['basis']}); {_unused(turn)}, {back} went back out of escrow."
    codes = joined(msgspec.json.decode(turn["codes"], type=list[str]))
    by = "a party may do nothing" if turn["decision_id"] is None else f"decision {turn['decision_id']}"
    by = "this decision" if turn["decision_id"] == decision_id else by
    rested = "this decision" if turn["rested_on"] == decision_id else turn["rested_on"]
    return (
        f"{name} rested on {rested or 'no recorded decision'}, and is suspended since {since} by {by}"
        f" ({turn['basis']}): {codes}."
    )


def _unused(turn: Row) -> str:
    days = turn["unused_days"]
    return f"{days} {'day' if days == 1 else 'days'} of its term unused"


def _word_of(attested: Row) -> str:
    """Whose word a fact rested on, and what evidence was named for it."""
    since = {"doubted": " It is doubted since.", "withdrawn": " It was withdrawn since."}
    return (
        f"{attested['by_id']} gave its word of {attested['kind']} (attestation {attested['attestation_id']}), on"
        f" evidence by {text_of(attested['issuer'])} (digest {attested['evidence_digest'][:12]}…), which is theirs to"
        f" show.{since.get(attested['status'], '')}"
    )


def case_said(case: Row) -> str:
    """Where it waits for people, and what became of it there."""
    if case["case_id"] is None:
        if case["basis"] == "waits":
            return "It waits for room before the counter, where as many cases are as may be, and comes by itself."
        return "It is in no case of the counter, for which as many wait as may: ask again once there is room."
    name, due = case["case_id"], second(case["due_at"])
    late = ", and is late" if case["overdue"] else ""
    match case["state"]:
        case "open" if _lacking(case):
            said = f"waits for {_lacking(case)}, until {due}, and closes by itself when that has come"
        case "open":
            said = f"waits for a panel, which has until {due}{late}"
        case "appealed":
            said = f"was ruled on and waits for another panel, which has until {due}{late}"
        case "lifted":
            said = f"was lifted by a panel, until {second(case['valid_until_at'])}"
        case _:
            said = _OVER[case["state"]]
    return f"Case {name} of the counter {said}; `exchange case show {name}` tells more."


def _lacking(case: Row) -> str:
    """What no panel may lift of a case, in words; empty where one may rule."""
    missing, demanded = (msgspec.json.decode(case[name], type=list[str]) for name in ("missing", "demanded"))
    said = [f"facts ({joined(missing)})"] if missing else []
    said += [f"what is demanded beside ({joined(demanded)})"] if demanded else []
    return joined(said)


def _ruling(ruling: Row) -> str:
    codes = joined(msgspec.json.decode(ruling["codes"], type=list[str]))
    panel = joined(msgspec.json.decode(ruling["panel"], type=list[str]))
    case = f", case {text_of(ruling['reference'])}" if ruling["reference"] else ""
    until = second(ruling["valid_until_at"])
    grounds = text_of(ruling["grounds"]).rstrip(".")
    return f"Ruling {ruling['ruling_id']}{case} by {text_of(panel)} lifts {codes} until {until}: {grounds}."


def _standing(explained: Explained) -> Iterator[str]:
    row = explained.story.decision
    ruleset = f"ruleset {row['ruleset_version']} (digest {row['ruleset_digest'][:12]}…)"
    if explained.again is None:
        yield from sentence(
            f"It was decided by {ruleset}, which is not shipped with this exchange; name its file with --ruleset to"
            " have it decided again."
        )
        return
    verdict = "the answer is the same, to the letter" if explained.stands else "THE ANSWER IS ANOTHER ONE"
    yield from sentence(
        f"Decided again by {ruleset} from the recorded facts (digest {row['inputs_digest'][:12]}…): {verdict}."
    )
    if not explained.stands:
        now = explained.again
        yield from sentence(f"Now it is {now.outcome.value}, decided by {joined(now.deciding_codes)}.")


def sentence(text: str, indent: int = 0) -> Iterator[str]:
    """A sentence on as many lines as it needs."""
    margin = " " * indent
    wrapped = fill(
        text,
        _WIDTH,
        initial_indent=margin,
        subsequent_indent=f"{margin}  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    yield from wrapped.split("\n")


def joined(words: Sequence[str]) -> str:
    """Words one after the other, the last one with an `and`."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def second(at: int) -> str:
    """A moment, to the second."""
    return iso(at // 1_000_000 * 1_000_000)
