"""The room of lines, as the market's decider takes it in."""

from exchange.market.lines import crediting, measuring, recording, rerouting
from exchange.market.lines.commands import COMMANDS, EndReroute, MeasureLine, RecordLine, RerouteLine
from exchange.market.lines.facts import FACTS
from exchange.market.lines.fold import FOLDS, ROUTE_ENDS
from exchange.market.lines.following import CREDIT, LAST_WORD
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        RecordLine: recording.record_line,
        MeasureLine: measuring.measure_line,
        RerouteLine: rerouting.reroute_line,
        EndReroute: rerouting.end_reroute,
    },
    folds=FOLDS,
    due={
        CREDIT: crediting.credit_next,
        LAST_WORD: crediting.credit_owed,
        ROUTE_ENDS: rerouting.route_over,
    },
)
