"""The settlement as one decider: those who take part, and what each room decides."""

from collections.abc import Mapping, Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from exchange.settlement import commands as asked
from exchange.settlement import facts as happened
from exchange.settlement.parties import not_a_policy, unknown
from exchange.settlement.room import Answer, Due, Fold
from exchange.settlement.state import Party, Settlement
from exchange.settlement.vocabulary import COMMANDS, FACTS, ROOMS


def know_participant(settlement: Settlement, command: asked.KnowParticipant, cause: Cause) -> Sequence[Fact]:
    """Remember who takes part, in which roles."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    before = settlement.parties.get(command.participant_id)
    return (
        happened.ParticipantKnown(
            participant_id=command.participant_id,
            roles=command.roles,
            display_name=command.display_name or (before.display_name if before else ""),
            place=command.place,
        ),
    )


def know_standing(settlement: Settlement, command: asked.KnowStanding, cause: Cause) -> Sequence[Fact]:
    """Remember whether a participant may act."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    if command.participant_id not in settlement.parties:
        return (unknown(command, command.participant_id),)
    return (happened.StandingKnown(participant_id=command.participant_id, active=command.active),)


def _participant_known(settlement: Settlement, fact: happened.ParticipantKnown, at: int) -> None:
    """Whoever is described anew stays suspended where it was."""
    before = settlement.parties.get(fact.participant_id)
    active = before is None or before.active
    settlement.parties[fact.participant_id] = Party(fact.roles, active, fact.display_name, fact.place)


def _standing_known(settlement: Settlement, fact: happened.StandingKnown, at: int) -> None:
    settlement.parties[fact.participant_id].active = fact.active


_DECIDE: Mapping[type[Command], Answer] = {
    asked.KnowParticipant: know_participant,
    asked.KnowStanding: know_standing,
    **{command: answer for room in ROOMS for command, answer in room.answers.items()},
}
_EVOLVE: Mapping[type[Fact], Fold] = {
    happened.ParticipantKnown: _participant_known,
    happened.StandingKnown: _standing_known,
    **{fact: fold for room in ROOMS for fact, fold in room.folds.items()},
}
_DUE: Mapping[str, Due] = {kind: due for room in ROOMS for kind, due in room.due.items()}


def decider() -> Decider[Settlement]:
    """The settlement, ready to be hosted on its one partition."""
    return Decider(
        context="settlement",
        commands=COMMANDS,
        facts=FACTS,
        state=Settlement,
        initial=Settlement,
        decide=decide,
        evolve=evolve,
        next_deadline=next_deadline,
        expire=expire,
    )


def decide(settlement: Settlement, command: Command, cause: Cause) -> Sequence[Fact]:
    """Say what happens when `command` meets `settlement`; change nothing."""
    return _DECIDE[type(command)](settlement, command, cause)


def evolve(settlement: Settlement, fact: Fact, at: int) -> None:
    """Fold one fact into `settlement`. Holds no rule: history is never argued with."""
    _EVOLVE[type(fact)](settlement, fact, at)


def next_deadline(settlement: Settlement) -> int | None:
    """When a quote runs out, or a line has stood in suspense for a day."""
    return settlement.agenda[0][0] if settlement.agenda else None


def expire(settlement: Settlement, cause: Cause) -> Sequence[Fact]:
    """Answer the deadline that is due first."""
    if not settlement.agenda:
        raise InvariantBroken("a deadline was applied that is not there")
    _, kind, subject = settlement.agenda[0]
    return _DUE[kind](settlement, subject, cause)
