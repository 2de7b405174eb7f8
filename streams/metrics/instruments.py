"""Every instrument that a process increments or sets itself. One registry a process, as a scrape sees it.

Shape: labels are few and bounded: contexts, partitions, reasons, types of facts. Whoever measures does so once a
batch. What is read off only when somebody asks is in `reading.py`; what a node says of its processes is in
`streams/node/gauges.py`.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

# When a series began says nothing here that its process's start does not.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

_PLACE = ("context", "partition")
_READER = ("reader", "context", "partition")
# From a fsync on a good disk to a Kafka that nobody should have to wait for.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

COMMANDS = Counter(
    "corridor_commands",
    "Commands decided by this process as leader of the partition.",
    _PLACE,
    registry=REGISTRY,
)
OUTCOMES = Counter(
    "corridor_outcomes",
    "Outcomes appended, by kind: decided, refused, repeated, unreadable, passed (noise that one fact covers).",
    ("context", "kind"),
    registry=REGISTRY,
)
FACTS = Counter("corridor_facts", "Facts appended, by type.", ("context", "type"), registry=REGISTRY)
REFUSALS = Counter(
    "corridor_refusals",
    "Commands refused by the domain, by reason.",
    ("context", "reason"),
    registry=REGISTRY,
)
PASSED = Counter(
    "corridor_passed_commands",
    "Commands that got no fact of their own, by reason: policies' repeats, idle ticks, floods.",
    ("context", "reason"),
    registry=REGISTRY,
)
APPEND = Histogram(
    "corridor_append_seconds",
    "From sending a batch of outcomes until Kafka says that it is durable.",
    ("context",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
SEALS = Counter("corridor_seals", "Seals appended to a journal.", _PLACE, registry=REGISTRY)
CLAIMS = Counter(
    "corridor_claims", "Times this process took the lead of a partition.", _PLACE, registry=REGISTRY
)
RECOVERY = Gauge(
    "corridor_recovery_seconds", "How long taking the lead took the last time.", _PLACE, registry=REGISTRY
)
RECOVERED = Gauge(
    "corridor_recovery_facts",
    "Facts folded when the lead was taken the last time.",
    _PLACE,
    registry=REGISTRY,
)
IGNORED = Counter(
    "corridor_ignored_records",
    "Journal records of writers that no longer led, met by a reader (policies or projections).",
    _READER,
    registry=REGISTRY,
)
PROJECTED = Counter(
    "corridor_projection_batches",
    "Batches whose rows were saved with their position.",
    _PLACE,
    registry=REGISTRY,
)
ROWS = Counter("corridor_projection_rows", "Changes to rows that were saved.", _PLACE, registry=REGISTRY)
PROJECTING = Histogram(
    "corridor_projection_seconds",
    "From taking a batch of journal records until its rows are saved.",
    ("context",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
ASKED = Counter(
    "corridor_policy_commands",
    "Commands that policies sent to another context because of a fact of this one.",
    ("context", "target"),
    registry=REGISTRY,
)
SNAPSHOTS = Counter(
    "corridor_snapshots", "Snapshots of a decider's state written.", _PLACE, registry=REGISTRY
)
SNAPSHOTS_REFUSED = Counter(
    "corridor_snapshots_refused",
    "Snapshots that did not verify and were not used.",
    _PLACE,
    registry=REGISTRY,
)
STORE_WAITS = Counter(
    "corridor_store_waits", "Times the database was away and was asked again.", registry=REGISTRY
)
RANGES = Counter(
    "corridor_published_ranges", "Ranges of product streams that sellers reported.", registry=REGISTRY
)
PUBLISHED_RECORDS = Counter(
    "corridor_published_records", "Records in the ranges that sellers reported.", registry=REGISTRY
)
PUBLISHED_BYTES = Counter(
    "corridor_published_bytes",
    "Bytes of keys and values in the ranges that sellers reported.",
    registry=REGISTRY,
)
AUDITS = Counter(
    "corridor_audits",
    "Ranges that the exchange hashed itself, by what it found: whole, missing (records are not there).",
    ("result",),
    registry=REGISTRY,
)
AUDITING = Histogram(
    "corridor_audit_seconds", "How long hashing a range took.", buckets=(*_SECONDS, 30, 60), registry=REGISTRY
)
LOOP_HELD = Counter(
    "corridor_loop_held",
    "Times something held the event loop for longer than the alarm (1 s).",
    registry=REGISTRY,
)
LOG_LINES = Counter(
    "corridor_log_lines", "Lines written to the log, by level.", ("level",), registry=REGISTRY
)
LOG_REPEATS = Counter(
    "corridor_log_repeats",
    "Lines like many before them that were counted instead of written.",
    registry=REGISTRY,
)
