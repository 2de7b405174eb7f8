"""Which rule answers which command about sessions and volumes, and which fold takes which fact."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exchange.bonded.fenced import commands as asked
from exchange.bonded.fenced import facts as happened
from exchange.bonded.fenced import fold, sessions, stations, volumes
from exchange.bonded.fencing import Rulesets
from exchange.bonded.state import Bonded
from exchange.kernel.bases import Cause, Command, Fact

DECIDE: Mapping[type[Command], Callable[[Bonded, Any, Cause], Sequence[Fact]]] = {
    asked.DeclarePool: stations.declare_pool,
    asked.RecordStation: stations.record_station,
    asked.EndSession: sessions.end_session,
    asked.ReportBreach: sessions.report_breach,
    asked.RevokeVolume: volumes.revoke,
    asked.DestroyVolume: volumes.destroy,
    asked.ReportEnforcement: volumes.report,
}
FENCED: Mapping[type[Command], Callable[[Bonded, Any, Cause, Rulesets], Sequence[Fact]]] = {
    asked.OpenSession: sessions.open_session,
    asked.GrantVolume: volumes.grant,
}
EVOLVE: Mapping[type[Fact], Callable[[Bonded, Any, int], None]] = {
    happened.PoolDeclared: fold.pool,
    happened.StationRecorded: fold.station,
    happened.SessionOpened: fold.session_opened,
    happened.SessionEnded: fold.session_ended,
    happened.VolumeGranted: fold.volume_granted,
    happened.VolumeRevoked: fold.volume_revoked,
    happened.VolumeSealed: fold.volume_sealed,
    happened.VolumeCondemned: fold.volume_condemned,
    happened.AccessContinued: fold.continued,
    happened.EnforcementReported: fold.reported,
}
