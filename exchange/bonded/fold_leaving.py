"""How facts about what leaves, what is deleted and what is counted change what is remembered."""

from msgspec.structs import replace

from exchange.bonded import facts as happened
from exchange.bonded.agenda import arm, ask_again, no_more_asking, restate_what_rests_on, schedule, settle
from exchange.bonded.fenced.ending import condemn, end_of_consignment, end_where
from exchange.bonded.fold_work import ask_about_leaving, enter, leave, retained_until
from exchange.bonded.origins import origins_of
from exchange.bonded.persons.counting import add_persons, count_persons
from exchange.bonded.persons.facts import PersonsCounted
from exchange.bonded.ranges import joined, without
from exchange.bonded.state import Bonded, Egress, HandedOn, by_lot, lots_of
from exchange.bonded.values import ItemRange


def requested(bonded: Bonded, fact: happened.EgressRequested, at: int) -> None:
    """Nothing else may become of it meanwhile."""
    name = fact.egress_id
    bonded.egresses[name] = Egress(requested=fact)
    bonded.open_ids.append(name)
    for consignment_id in fact.consignment_ids:
        bonded.consignments[consignment_id].egress_ids.append(name)
        if fact.items:
            bonded.consignments[consignment_id].raw_ids.append(name)
    for output_id in fact.output_ids:
        bonded.outputs[output_id].egress_ids.append(name)
    _hold(bonded, fact.items)


def approved(bonded: Bonded, fact: happened.EgressApproved, at: int) -> None:
    """It may leave until the answer may change."""
    _answered(bonded, fact.egress_id, fact.decision_id, fact.holds_until, at)
    egress = bonded.egresses[fact.egress_id]
    egress.phase, egress.review_codes = "approved", fact.lifted
    if egress.requested.kind == "export":
        count_persons(bonded, egress, at)


def held(bonded: Bonded, fact: happened.EgressHeld, at: int) -> None:
    """It may not leave until something changes."""
    _answered(bonded, fact.egress_id, fact.decision_id, fact.holds_until, at)
    egress = bonded.egresses[fact.egress_id]
    egress.phase, egress.review_codes = "held", fact.codes if fact.outcome == "REVIEW" else ()
    bonded.work.revoke = [each for each in bonded.work.revoke if each[0] != fact.egress_id]
    arm(bonded, at)


def _answered(bonded: Bonded, name: str, decision_id: str, holds_until: int | None, at: int) -> None:
    egress = bonded.egresses[name]
    no_more_asking(bonded, name, egress, at)
    egress.decision_id, egress.holds_until = decision_id, holds_until
    if holds_until is not None:
        schedule(bonded, holds_until, "redecide", name)


def persons_counted(bonded: Bonded, fact: PersonsCounted, at: int) -> None:
    """What a market sold counts as what was exported does."""
    add_persons(bonded, fact.exporter_id, fact.owner, fact.year, fact.origin_ids, fact.domestic, at)


def revoked(bonded: Bonded, fact: happened.DecisionRevoked, at: int) -> None:
    """What has not left is asked about again; of what has, it is remembered that it should not have."""
    bonded.work.revoke = [each for each in bonded.work.revoke if each[0] != fact.subject]
    if fact.stage == "admitted":
        bonded.consignments[fact.subject].phase = "in_review"
        bonded.open_ids.append(fact.subject)
        ask_again(bonded, fact.subject, at)
        end_of_consignment(bonded, fact.subject, "revoked", at)
        restate_what_rests_on(bonded, fact.subject, at)
    elif fact.stage == "left":
        bonded.egresses[fact.subject].revoked = True
    else:
        bonded.egresses[fact.subject].phase = "held"
        ask_again(bonded, fact.subject, at)
    arm(bonded, at)


def withdrawn(bonded: Bonded, fact: happened.EgressWithdrawn, at: int) -> None:
    """Its items are free again."""
    _ended(bonded, fact.egress_id, at).phase = "withdrawn"


def end_for_good(bonded: Bonded, egress_id: str, at: int) -> None:
    """The counter ruled against it: its items are free again."""
    _ended(bonded, egress_id, at).phase = "ended"


def exported(bonded: Bonded, fact: happened.OutputExported, at: int) -> None:
    """It has left."""
    _ended(bonded, fact.egress_id, at).phase = "left"


def returned(bonded: Bonded, fact: happened.ItemsReturned, at: int) -> None:
    """Its items are back where they came from."""
    _ended(bonded, fact.egress_id, at).phase = "left"
    leave(bonded, fact.items, "returned", at)


def transferred(bonded: Bonded, fact: happened.ItemsTransferred, at: int) -> None:
    """Its items are another handbook's, under the same terms."""
    _ended(bonded, fact.egress_id, at).phase = "left"
    leave(bonded, fact.items, "transferred_out", at)
    before = bonded.consignments[fact.from_consignment_id]
    # Items of lots that are different data are not handed over together.
    origin = bonded.origins[origins_of(bonded, fact.items)[0]]
    entered = replace(
        before.proposed,
        consignment_id=fact.consignment_id,
        handbook_no=fact.handbook_no,
        processor_id=fact.processor_id,
        key_id=fact.key_id,
        lots=(fact.lot,),
        traits=origin.traits,
        carried=origin.carried,
    )
    before.handed_on.append(HandedOn(fact.zone_id, fact.consignment_id, lots_of(fact.items)))
    own = fact.processor_id == before.proposed.processor_id
    by_id = before.handed_over_by if own else before.proposed.processor_id
    after = enter(bonded, entered, by_id, transferred=True)
    after.phase, after.decision_id = "admitted", fact.decision_id
    after.received_under = before.received_under


def _ended(bonded: Bonded, name: str, at: int) -> Egress:
    egress = ended(bonded, name, at)
    release(bonded, egress.requested.items)
    return egress


def ended(bonded: Bonded, name: str, at: int) -> Egress:
    """Nothing is asked about it any more; its items are held as before."""
    egress = bonded.egresses[name]
    no_more_asking(bonded, name, egress, at)
    bonded.open_ids.remove(name)
    bonded.work.against = [each for each in bonded.work.against if each[0] != name]
    arm(bonded, at)
    for consignment_id in egress.requested.consignment_ids:
        bonded.consignments[consignment_id].egress_ids.remove(name)
    return egress


def _hold(bonded: Bonded, items: tuple[ItemRange, ...]) -> None:
    for (name, lot), intervals in by_lot(items).items():
        book = bonded.consignments[name].lots[lot]
        book.held = joined(book.held, intervals)


def release(bonded: Bonded, items: tuple[ItemRange, ...]) -> None:
    """Let items be asked for again."""
    for (name, lot), intervals in by_lot(items).items():
        book = bonded.consignments[name].lots[lot]
        book.held = without(book.held, intervals)


def scrapped(bonded: Bonded, fact: happened.ItemsScrapped, at: int) -> None:
    """They count no more."""
    leave(bonded, fact.items, "scrapped", at)


def destruction(bonded: Bonded, fact: happened.DestructionRecorded, at: int) -> None:
    """Nothing else may become of it until somebody has verified it."""
    bonded.certificates[fact.certificate_id] = fact
    bonded.consignments[fact.consignment_id].certificate_ids.append(fact.certificate_id)
    _hold(bonded, fact.items)
    for output_id in fact.output_ids:
        bonded.outputs[output_id].phase = "destroying"


def certified(bonded: Bonded, fact: happened.DeletionCertified, at: int) -> None:
    """It is gone; what a partial certificate is about is still there."""
    consignment = bonded.consignments[fact.consignment_id]
    bonded.certified[fact.certificate_id] = fact.partial
    consignment.certificate_ids.remove(fact.certificate_id)
    release(bonded, fact.items)
    if not fact.partial:
        leave(bonded, fact.items, "destroyed", at)
    consignment.key_destroyed = consignment.key_destroyed or fact.key_destroyed
    if not fact.partial:
        _nobody_sees(bonded, fact, at)
    for output_id in fact.output_ids:
        bonded.outputs[output_id].phase = "there" if fact.partial else "destroyed"
        if not fact.partial:
            _no_longer_intermediate(bonded, output_id)


def _nobody_sees_raw(bonded: Bonded, consignment_id: str, at: int) -> None:
    end_where(bonded, "gone", at, lambda each: not each.job_run_id and consignment_id in each.consignment_ids)
    condemn(bonded, consignment_id, at)


def _nobody_sees(bonded: Bonded, fact: happened.DeletionCertified, at: int) -> None:
    """Nobody looks at what is deleted, and what it lay on is cleared: with the key all of it."""
    if fact.key_destroyed:
        _nobody_sees_raw(bonded, fact.consignment_id, at)
    for job_run_id in dict.fromkeys(bonded.outputs[name].job_run_id for name in fact.output_ids):
        made = [name for name in bonded.job_runs[job_run_id].made_ids if name not in fact.output_ids]
        if all(bonded.outputs[name].phase == "destroyed" for name in made):
            condemn(bonded, job_run_id, at)


def _no_longer_intermediate(bonded: Bonded, output_id: str) -> None:
    run = bonded.job_runs[bonded.outputs[output_id].job_run_id]
    for name in run.started.consignment_ids:
        there = bonded.consignments[name].intermediate_ids
        if output_id in there:
            there.remove(output_id)


def balance_counted(bonded: Bonded, fact: happened.BalanceCounted, at: int) -> None:
    """What was found is compared with the books."""
    consignment = bonded.consignments[fact.consignment_id]
    consignment.balance = "reconciling"
    ask_about_leaving(bonded, consignment, at)


def balance_closed(bonded: Bonded, fact: happened.BalanceClosed, at: int) -> None:
    """They agree: whatever waited for it is asked about again."""
    consignment = bonded.consignments[fact.consignment_id]
    consignment.balance = "balanced"
    consignment.within_tolerance = fact.balance_state == "within_tolerance"
    ask_about_leaving(bonded, consignment, at)


def written_off(bonded: Bonded, fact: happened.ConsignmentWrittenOff, at: int) -> None:
    """Its handbook is closed."""
    consignment = bonded.consignments[fact.consignment_id]
    consignment.phase = "written_off"
    _nobody_sees_raw(bonded, fact.consignment_id, at)
    settle(bonded, retained_until(consignment.proposed), "retention", fact.consignment_id)


def offered(bonded: Bonded, fact: happened.OutputOffered, at: int) -> None:
    """What is behind it was stated."""
    said = fact.provenance
    bonded.on_sale[said.output_id] = said
    bonded.output_of[f"{said.seller_id} {said.product_id}/{said.version}"] = said.output_id


def restated(bonded: Bonded, fact: happened.ProvenancesRestated, at: int) -> None:
    """What is behind them was looked at, and stated where it is another."""
    bonded.work.restate = [name for name in bonded.work.restate if name not in fact.seen]
    for said in fact.changed:
        bonded.on_sale[said.output_id] = said
    arm(bonded, at)
