"""What lineage systems elsewhere are told: runs with their inputs and outputs, as OpenLineage events and as PROV-O.

Pure: facts in, runs out, and of each run its events and its statements. `exchange.sdk.provenance` reads the journals.
"""

from exchange.provenance.events import PRODUCER, events_of, run_id
from exchange.provenance.known import Known
from exchange.provenance.model import Run, Thing
from exchange.provenance.runs import runs_of

__all__ = ["PRODUCER", "Known", "Run", "Thing", "events_of", "run_id", "runs_of"]
