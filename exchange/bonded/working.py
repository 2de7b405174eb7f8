"""What follows by itself: the end of a term, answers whose time is over, and all that rests on something that changed.

A change is followed a few steps at a time, so that no outcome grows with what it touches; no command is decided before
the work that is due is done.
"""

from collections.abc import Sequence

from exchange.bonded import admission, leaving, provenance
from exchange.bonded.between import following
from exchange.bonded.bought import describing
from exchange.bonded.facts import RetentionEnded, TaintsRecomputed
from exchange.bonded.fenced import access, expiring
from exchange.bonded.fencing import Rulesets, ruleset_that_holds
from exchange.bonded.ruled import deciding as ruled
from exchange.bonded.state import Bonded
from exchange.bonded.taint import carried_of_run, sources_of_run
from exchange.bonded.values import Carried, Retainted
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken

RUNS_MAX = 50
"""Job runs worked out in one step."""
REVOKED_MAX = 100
"""Answers revoked in one step."""


def expire(bonded: Bonded, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """What the earliest deadline brings."""
    at, kind, subject = bonded.deadlines[0]
    if kind == "retention":
        zone_id = bonded.consignments[subject].proposed.zone_id
        return (RetentionEnded(consignment_id=subject, zone_id=zone_id),)
    if kind == "access":
        return expiring.out_of_time(bonded, subject)
    if kind == "redecide":
        return _decide_again(bonded, subject, "time", cause, rulesets)
    return _next(bonded, at, cause, rulesets)


def _next(bonded: Bonded, at: int, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The next step of the work that is due."""
    if bonded.work.describe:
        return describing.describe(bonded, cause, rulesets)
    if bonded.work.runs:
        return (_recomputed(bonded, cause, rulesets),)
    if bonded.work.revoke:
        return _revocations(bonded)
    if bonded.work.against:
        return ruled.endings(bonded)
    if bonded.fenced.ending:
        return expiring.endings(bonded)
    if bonded.work.pass_on:
        return following.pass_on(bonded)
    if bonded.work.restate:
        return (provenance.restate(bonded, cause, rulesets),)
    if bonded.work.redecide:
        return _decide_again(bonded, bonded.work.redecide[0], "rules", cause, rulesets)
    raise InvariantBroken(f"work is due at {at}, but there is none")


def _decide_again(
    bonded: Bonded, subject: str, ground: leaving.Ground, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    if subject in bonded.egresses:
        return leaving.decide_again(bonded, subject, ground, cause, rulesets)
    if subject in bonded.fenced.open:
        return access.decide_again(bonded, subject, cause, rulesets)
    return admission.decide_again(bonded, subject, cause, rulesets)


def _recomputed(bonded: Bonded, cause: Cause, rulesets: Rulesets) -> Fact:
    """What the first runs of those to be looked at carry now; each comes after all that are behind it."""
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    carried: dict[str, Carried] = {}
    sources: dict[str, Sequence[str]] = {}
    seen = [name for _, name in bonded.work.runs[:RUNS_MAX]]
    changed: list[Retainted] = []
    for name in seen:
        run = bonded.job_runs[name]
        carried[name] = carried_of_run(bonded, run, mainland, carried)
        source_ids = sources_of_run(bonded, run, sources)
        sources[name] = source_ids
        if carried[name] != run.carried or source_ids != run.source_ids:
            changed.append(Retainted(job_run_id=name, carried=carried[name], source_ids=source_ids))
    return TaintsRecomputed(seen=tuple(seen), changed=tuple(changed))


def _revocations(bonded: Bonded) -> Sequence[Fact]:
    facts: list[Fact] = []
    for subject, ground in bonded.work.revoke[:REVOKED_MAX]:
        egress = bonded.egresses.get(subject)
        if egress is None:
            decision_id = bonded.consignments[subject].decision_id
            facts.append(leaving.revoked(decision_id, subject, "admitted", ground))
        else:
            stage: leaving.Stage = "left" if egress.phase in ("in_transit", "left") else "approved"
            facts.append(leaving.revoked(egress.decision_id, subject, stage, ground))
    return facts
