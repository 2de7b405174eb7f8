"""Which rule answers which command between business zones, and which fold takes which fact."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exchange.bonded.between import commands as asked
from exchange.bonded.between import facts as happened
from exchange.bonded.between import fold, following, receiving, sending
from exchange.bonded.fencing import Rulesets
from exchange.bonded.state import Bonded
from exchange.kernel.bases import Cause, Command, Fact

DECIDE: Mapping[type[Command], Callable[[Bonded, Any, Cause], Sequence[Fact]]] = {
    asked.TakeInTransfer: receiving.take_in,
    asked.ConcludeTransfer: sending.conclude,
}
FENCED: Mapping[type[Command], Callable[[Bonded, Any, Cause, Rulesets], Sequence[Fact]]] = {
    asked.FollowReclassification: following.follow,
}
EVOLVE: Mapping[type[Fact], Callable[[Bonded, Any, int], None]] = {
    happened.TransferDispatched: fold.dispatched,
    happened.TransferTakenIn: fold.taken_in,
    happened.TransferTurnedAway: fold.turned_away,
    happened.TransferConcluded: fold.concluded,
    happened.TransferReturned: fold.returned,
    happened.ReclassificationPassedOn: fold.passed_on,
}
