"""The shipped ruleset written out by hand: the same rules as statements, with every constant in its place.

Cheaper than ours on purpose wherever it may be: one ruleset and no other, no sources, no word on which rule spoke or
what is missing, and not until when an answer holds. What makes a decision by rules.md section 2 is there: outcome,
codes, duties, safeguards relied on, the ruleset's version and the hash of the inputs. It is longer than other files,
and its functions than others, because it is all rules in one place.
"""

import hashlib
from typing import NamedTuple

import msgspec

from exchange.fence.crossing import Crossing, Hop, Safeguard
from exchange.fence.dates import covers, day_begins, day_ends
from exchange.fence.provenance import with_lineage
from exchange.kernel.time import instant

ALLOW, ALLOW_COND, FILE, ASSESS, REVIEW, DENY = range(6)
NAMES = ("ALLOW", "ALLOW_COND", "FILE", "ASSESS", "REVIEW", "DENY")
VERSION = "2026.11.1"
TZ = "Asia/Shanghai"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAINLAND = frozenset({"CN", "CN-LG"})
EU = _words("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO")
EU_ADEQUATE = _words("AD AR CA FO GG IL IM JP JE NZ KR CH GB UY")
CONCERN = frozenset({"CN", "HK", "MO"})
WITHOUT_RULES = _words("TW MO AE GB KR AU NZ CH CA BR IN PH SA IL AR UY AD FO GG IM JE MX CL")
KNOWN = MAINLAND | EU | EU_ADEQUATE | CONCERN | WITHOUT_RULES | _words("HK SG JP US TH ID VN MY")
BULK = {
    "omic": 1_000,
    "genomic": 100,
    "biometric": 1_000,
    "geolocation": 1_000,
    "health": 10_000,
    "financial": 10_000,
    "identifiers": 100_000,
}
CN_BEGAN, GENERAL_BEGAN, ZONE_BEGAN = (
    instant(f"{day}T00:00:00+08:00") for day in ("2024-03-22", "2024-05-17", "2019-08-20")
)

CATEGORIES = frozenset({"general", "important", "core"})
BASES = frozenset({"notified", "published", "self_assessed", "none"})
ANONYMISATIONS = frozenset({"none", "claimed", "report_passed"})
US_CLASSES = frozenset({"none", *BULK})
PURPOSES = _words("contract hr emergency academic trade transport manufacturing marketing sale other")
TXN_TYPES = frozenset(
    {"brokerage-sale", "vendor", "employment", "investment", "intra-group", "other", "none"}
)
SPLITTINGS = frozenset({"none", "suspected", "confirmed"})
KINDS = frozenset({"admit", "job", "export", "return", "access"})
BALANCES = frozenset({"balanced", "within_tolerance", "unbalanced", "not_applicable"})
FILING = frozenset({"CN-SCC", "CN-CERT", "GBA-SC"})
ASSESSED = frozenset({"CN-ASSESS"})
SG_TYPES = frozenset({"SG-CONTRACT", "SG-BCR", "ASEAN-MCC", "CBPR"})
SG_INTERMEDIARY = SG_TYPES | {"PRP"}
JP_TYPES = frozenset({"JP-EQUIV", "CBPR"})
EU_TYPES = frozenset({"EU-SCC", "EU-BCR"})
EU_TO_US = EU_TYPES | {"EU-DPF"}
SEA_TYPES = frozenset({"TH-CONTRACT", "TH-BCR"})


class Answer(NamedTuple):
    """What the statements came to."""

    outcome: str
    reason_codes: tuple[str, ...]
    deciding_codes: tuple[str, ...]
    note_codes: tuple[str, ...]
    obligations: tuple[str, ...]
    satisfied_by: tuple[str, ...]
    per_hop: tuple[tuple[int, str, tuple[str, ...]], ...]
    ruleset_version: str
    inputs_digest: str


class Held(NamedTuple):
    """The safeguards that count, the failures of those that do not, and whether a contract is overdue."""

    valid: list[Safeguard]
    failed: list[tuple[str, str]]
    overdue: bool


NOTHING = Held([], [], False)


def decide(crossing: Crossing, hashed: bool = True) -> Answer:
    """Decide a crossing. Shape: without `hashed` it is no decision yet, only an answer."""
    said: list[tuple[int, str]] = []
    notes: set[str] = set()
    duties: set[str] = set()
    relied: set[str] = set()
    per_hop = []
    for hop in crossing.hops:
        first = len(said)
        decide_hop(
            hop if hop.lineage_graph is None else with_lineage(hop, MAINLAND), said, notes, duties, relied
        )
        here = said[first:]
        worst = max(here)[0]
        per_hop.append((hop.hop_no, NAMES[worst], tuple(sorted({code for _, code in here}))))
    outcome = max(said)[0]
    digest = ""
    if hashed:
        content = msgspec.json.encode(crossing, order="deterministic")
        digest = hashlib.blake2b(content, digest_size=32).hexdigest()
    return Answer(
        NAMES[outcome],
        tuple(sorted({code for _, code in said})),
        tuple(sorted({code for severity, code in said if severity == outcome})),
        tuple(sorted(notes)),
        tuple(sorted(duties)),
        tuple(sorted(relied)),
        tuple(per_hop),
        VERSION,
        digest,
    )


def decide_hop(  # noqa: C901 (as the peer is meant to be)
    hop: Hop, said: list[tuple[int, str]], notes: set[str], duties: set[str], relied: set[str]
) -> None:
    """All rules over one hop."""
    began = len(said)
    data, at, origin, destination = hop.data, hop.as_of, hop.origin, hop.destination
    exporter, recipient, lineage, purpose = hop.exporter, hop.recipient, hop.lineage, hop.purpose
    collected, remote = hop.collected_in, hop.remote_access_from
    pi = data.contains_pi is not False and data.anonymisation != "report_passed"
    abroad = [place for place in remote if place not in MAINLAND]
    exits: list[str | None] = []
    if origin in MAINLAND:
        exits = abroad if destination in MAINLAND else [destination, *abroad]
    cn = bool(exits)
    us = data.us_class != "none" or data.us_government_related is not False
    eu = (
        pi
        and destination not in EU
        and (origin in EU or (origin not in EU_ADEQUATE and not EU.isdisjoint(collected)))
    )
    zone = origin == "CN-LG" or destination == "CN-LG"
    licence = hop.licence

    # ------------------------------------------------------------ general
    if (
        origin not in KNOWN
        or destination not in KNOWN
        or exporter.place not in KNOWN
        or recipient.place not in KNOWN
        or not collected
        or not KNOWN.issuperset(collected)
        or not KNOWN.issuperset(remote)
    ):
        said.append((REVIEW, "PLACE_UNKNOWN"))
        duties.add("supply_missing_fact")
    if pi and (
        (origin in WITHOUT_RULES and origin != destination)
        or any(place in WITHOUT_RULES and place != destination for place in collected)
    ):
        said.append((REVIEW, "LOCAL_LAW_REVIEW"))
        duties.add("counter_case")
    in_force = at >= CN_BEGAN
    if cn and not in_force:
        said.append((REVIEW, "RULESET_NOT_IN_FORCE"))
        duties.add("counter_case")
    counts = hop.counts
    persons, sensitive = counts.pi_count_cum, counts.sensitive_count_cum
    if (cn and pi and (persons is None or persons < 0 or sensitive is None or sensitive < 0)) or (
        us and data.us_class != "none" and (data.us_persons_12m is None or data.us_persons_12m < 0)
    ):
        said.append((REVIEW, "COUNTS_MISSING"))
        duties.add("supply_missing_fact")
    if (
        (data.contains_pi is not True and data.contains_pi is not False)
        or data.anonymisation not in ANONYMISATIONS
        or (
            cn
            and (
                data.category not in CATEGORIES
                or data.importance_basis not in BASES
                or exporter.ciio is None
                or lineage.domestic_pi_introduced is None
                or lineage.important_introduced is None
                or hop.group_splitting not in SPLITTINGS
                or hop.foreign_authority_request is None
                or purpose not in PURPOSES
            )
        )
        or (eu and (data.eu_special_category is None or data.eu_art9_condition is None))
        or (
            us
            and (
                data.us_class not in US_CLASSES
                or data.us_government_related is None
                or recipient.us_covered_person is None
                or hop.txn_type not in TXN_TYPES
            )
        )
        or (
            zone
            and (
                hop.intent_kind not in KINDS
                or hop.storage.wrote_outside_fence is None
                or hop.zone.balance_state not in BALANCES
            )
        )
        or (licence is not None and purpose not in PURPOSES)
    ):
        said.append((REVIEW, "FACTS_MISSING"))
        duties.add("supply_missing_fact")

    # ------------------------------------------------------------ Greater Bay Area
    inside = ("HK", "CN") if recipient.gba_registered else ("HK",)
    leaves = destination not in inside or any(place not in inside for place in remote)
    void = leaves or not (exporter.gba_registered and recipient.gba_registered)
    if leaves and "GBA-SC" in hop.received_under:
        said.append((DENY, "GBA_SCOPE"))
        duties.add("stop_onward_transfer")
    if void and hop.safeguards and any(each.type == "GBA-SC" for each in hop.safeguards):
        notes.add("GBA_SCOPE")

    failed: dict[tuple[str, str], None] = {}

    # ------------------------------------------------------------ mainland
    if cn:
        answered = len(said)
        route, held = -1, NOTHING
        if in_force:
            route, held = mainland(hop, pi, exits, abroad, void, said, notes, duties, relied)
            failed.update(dict.fromkeys(held.failed))
        if (
            len(said) == answered
            and in_force
            and not (pi and (persons is None or persons < 0 or sensitive is None or sensitive < 0))
            and not (
                us and data.us_class != "none" and (data.us_persons_12m is None or data.us_persons_12m < 0)
            )
        ):
            said.append((REVIEW, "RULES_NOT_LOADED"))
            duties.add("counter_case")
    else:
        route, held = -1, NOTHING

    # ------------------------------------------------------------ Hong Kong
    if pi and origin == "HK" and destination != "HK":
        said.append((ALLOW_COND, "HK_PDPO"))
        duties.update(("original_purpose_dpp3", "processor_contract_dpp2_dpp4", "model_clauses_advised"))

    # ------------------------------------------------------------ Singapore
    if pi and destination != "SG" and (origin == "SG" or "SG" in collected):
        found = NOTHING
        if hop.safeguards:
            types = SG_INTERMEDIARY if recipient.is_intermediary else SG_TYPES
            found = look_up(hop, types, (destination,), void)
            failed.update(dict.fromkeys(found.failed))
        bound = [each.id for each in found.valid if each.type not in ("CBPR", "PRP")]
        certified = [each.id for each in found.valid if each.type in ("CBPR", "PRP")]
        if origin == "SG" and hop.in_transit_at_origin:
            said.append((ALLOW, "SG_TRANSIT"))
        elif "SG" in data.publicly_available_in:
            said.append((ALLOW, "SG_PUBLIC"))
        elif bound or recipient.bound_by_comparable_law:
            said.append((ALLOW_COND, "SG_BOUND"))
            duties.update(("comparable_protection", "named_destinations"))
            relied.update(bound)
        elif certified:
            said.append((ALLOW_COND, "SG_CERT"))
            duties.add("watch_certificate_expiry")
            relied.update(certified)
        elif "SG_S26_SUMMARY" in hop.consents:
            said.append((ALLOW_COND, "SG_CONSENT"))
            duties.add("written_summary")
        else:
            said.append((DENY, "SG_S26"))

    # ------------------------------------------------------------ Japan
    if pi and destination != "JP" and (origin == "JP" or "JP" in collected):
        found = look_up(hop, JP_TYPES, (destination,), void) if hop.safeguards else NOTHING
        failed.update(dict.fromkeys(found.failed))
        european = origin == "JP" and not EU.isdisjoint(collected)
        if destination in EU or destination == "GB":
            said.append((ALLOW, "JP_WHITELIST"))
        elif not european and found.valid:
            said.append((ALLOW_COND, "JP_EQUIV"))
            duties.add("continuing_checks")
            relied.update(each.id for each in found.valid)
        elif "JP_ART28_INFORMED" in hop.consents:
            said.append((ALLOW_COND, "JP_CONSENT"))
            duties.add("country_information")
        elif european:
            said.append((REVIEW, "JP_SUPP_RULES"))
            duties.add("counter_case")
        else:
            said.append((DENY, "JP_ART28"))

    # ------------------------------------------------------------ European Union
    if eu:
        found = NOTHING
        if hop.safeguards:
            found = look_up(hop, EU_TO_US if destination == "US" else EU_TYPES, (destination,), void)
            failed.update(dict.fromkeys(found.failed))
        if data.eu_special_category is True and data.eu_art9_condition is False:
            said.append((REVIEW, "EU_ART9"))
            duties.add("art9_condition")
        shield = [each.id for each in found.valid if each.type == "EU-DPF"]
        tools = [each.id for each in found.valid if each.type != "EU-DPF"]
        if shield or (destination != "US" and destination in EU_ADEQUATE):
            said.append((ALLOW, "EU_ADEQUACY"))
            relied.update(shield)
        elif tools:
            said.append((ALLOW_COND, "EU_ART46"))
            duties.add("transfer_impact_assessment")
            relied.update(tools)
        elif "EU_ART49" in hop.consents and hop.delivery_shape == "subscription":
            said.append((DENY, "EU_ART49"))
        elif "EU_ART49" in hop.consents and hop.delivery_shape == "single":
            said.append((ALLOW_COND, "EU_ART49"))
            duties.add("single_non_repetitive")
        else:
            said.append((DENY, "EU_NO_TOOL"))

    # ------------------------------------------------------------ United States
    if us:
        place = "CN" if recipient.place == "CN-LG" else recipient.place
        covered = recipient.us_covered_person is True or place in CONCERN
        limit, americans = BULK.get(data.us_class or ""), data.us_persons_12m
        bulk = limit is not None and americans is not None and americans > limit
        deal = hop.txn_type in ("vendor", "employment", "investment")
        if covered and data.us_government_related is True:
            said.append((DENY, "US_DSP_GOV"))
        elif not (covered and bulk):
            said.append((ALLOW, "US_OK"))
        elif hop.txn_type == "brokerage-sale" or (data.us_class == "genomic" and deal):
            said.append((DENY, "US_DSP_PROHIBITED"))
        elif deal and hop.us_security_controls is True:
            said.append((ALLOW_COND, "US_DSP_RESTRICTED"))
            duties.update(("cisa_security_requirements", "diligence", "audit"))
        elif deal:
            said.append((REVIEW, "US_DSP_RESTRICTED"))
            duties.add("evidence_of_controls")
        else:
            said.append((REVIEW, "US_DSP_UNCLASSIFIED"))
            duties.add("classify_transaction")

    # ------------------------------------------------------------ South-East Asia
    if pi:
        thai = destination != "TH" and (origin == "TH" or "TH" in collected)
        others = any(
            destination != place and (origin == place or place in collected) for place in ("ID", "VN", "MY")
        )
        if thai and hop.safeguards:
            found = look_up(hop, SEA_TYPES, (destination,), void)
            failed.update(dict.fromkeys(found.failed))
        else:
            found = NOTHING
        if thai and (found.valid or "TH_S28" in hop.consents):
            said.append((ALLOW_COND, "TH_PDPA"))
            duties.add("contract_safeguards")
            relied.update(each.id for each in found.valid)
        elif thai:
            said.append((REVIEW, "LOCAL_LAW_REVIEW"))
            duties.add("counter_case")
        if others:
            said.append((REVIEW, "LOCAL_LAW_REVIEW"))
            duties.add("counter_case")

    # ------------------------------------------------------------ zone
    # Before the zone's rules began they are silent, as where every control is met.
    if zone and at >= ZONE_BEGAN:
        zone_controls(hop, abroad, said, duties)

    # ------------------------------------------------------------ licence
    if licence is not None and not licence_ok(hop):
        said.append((DENY, "LICENCE"))

    # ------------------------------------------------------------ after the look-up of safeguards
    if failed and in_force:
        notes.update(code for _, code in failed)
        duties.add("renew_instrument")
    if cn and in_force and route == FILE and held.overdue and not held.valid:
        said.append((DENY, "CN_SCC_NOT_FILED"))
        duties.add("file_standard_contract")
    if len(said) == began:
        said.append((ALLOW, "NO_RULE_APPLIES"))


def mainland(  # noqa: C901
    hop: Hop,
    pi: bool,
    exits: list[str | None],
    abroad: list[str],
    void: bool,
    said: list[tuple[int, str]],
    notes: set[str],
    duties: set[str],
    relied: set[str],
) -> tuple[int, Held]:
    """The mainland's rules up to the one that ends them: the route that was needed, and what is held for it."""
    data, lineage, purpose = hop.data, hop.lineage, hop.purpose
    if data.category == "core":
        said.append((DENY, "CN_CORE_BARRED"))
        duties.add("escalate_regulator")
        return -1, NOTHING
    if hop.foreign_authority_request is True:
        said.append((DENY, "CN_DSL36"))
        duties.add("escalate_regulator")
        return -1, NOTHING
    if abroad:
        notes.add("CN_REMOTE_ACCESS")
    if data.contains_pi is True and data.anonymisation == "claimed":
        said.append((REVIEW, "CN_ANON_UNPROVEN"))
        duties.add("anonymisation_test_report")
        return -1, NOTHING
    named = data.importance_basis in ("notified", "published")
    introduced = lineage.important_introduced is True
    if data.category == "important" and not named and not introduced:
        notes.add("CN_NOT_NOTIFIED")
    important = (data.category == "important" and named) or introduced
    if hop.group_splitting == "confirmed":
        said.append((DENY, "CN_SPLITTING"))
        duties.add("escalate_regulator")
        return -1, NOTHING
    if hop.group_splitting == "suspected":
        said.append((REVIEW, "CN_SPLITTING"))
        duties.add("counter_case")
        return -1, NOTHING
    if not important:
        if not pi:
            if purpose in ("trade", "transport", "academic", "manufacturing", "marketing"):
                said.append((ALLOW, "CN_ART3"))
            else:
                said.append((ALLOW, "CN_NO_TRIGGER"))
            return -1, NOTHING
        if any(place not in MAINLAND for place in hop.collected_in):
            domestic = lineage.domestic_pi_introduced is True
            if (
                lineage.complete is not True
                or domestic == MAINLAND.isdisjoint(hop.collected_in)
                or (domestic and lineage.separable is not True)
            ):
                said.append((REVIEW, "CN_ART4_UNPROVEN"))
                duties.add("complete_lineage")
                return -1, NOTHING
            if lineage.domestic_pi_introduced is False:
                said.append((ALLOW_COND, "CN_ART4_TRANSIT"))
                duties.update(("lineage_proof", "source_contract", "return_list"))
                return -1, NOTHING
            if domestic:
                said.append((ALLOW_COND, "CN_ART4_SPLIT"))
                duties.update(("split_delivery", "lineage_proof", "source_contract", "return_list"))
        if hop.art5_basis_documented is True:
            if purpose == "contract":
                said.append((ALLOW_COND, "CN_ART5_CONTRACT"))
                duties.update(("notice", "necessity_record"))
                return -1, NOTHING
            if purpose == "hr":
                said.append((ALLOW_COND, "CN_ART5_HR"))
                duties.update(("notice", "labour_rules_reference"))
                return -1, NOTHING
            if purpose == "emergency":
                said.append((ALLOW_COND, "CN_ART5_EMERG"))
                duties.add("post_report")
                return -1, NOTHING
        if hop.list_refs:
            ended = lists(hop, exits, void, said, notes, duties, relied)
            if ended is not None:
                return ended
    route, held = -1, NOTHING
    if hop.exporter.ciio is True:
        route, held = routed(hop, ASSESS, "CN_CIIO", exits, void, said, relied)
        duties.add("security_assessment")
    if important:
        route, held = routed(hop, ASSESS, "CN_IMPORTANT", exits, void, said, relied)
        duties.add("security_assessment")
    persons, sensitive = hop.counts.pi_count_cum, hop.counts.sensitive_count_cum
    if (
        hop.exporter.ciio is False
        and pi
        and (
            (persons is not None and persons >= 1_000_000) or (sensitive is not None and sensitive >= 10_000)
        )
    ):
        route, held = routed(hop, ASSESS, "CN_ART7_VOLUME", exits, void, said, relied)
        duties.add("security_assessment")
    if route == ASSESS:
        return route, held
    if (persons is not None and persons >= 100_000) or (sensitive is not None and sensitive >= 1):
        duties.update(("standard_contract_or_certificate", "impact_assessment"))
        return routed(hop, FILE, "CN_ART8_FILE", exits, void, said, relied)
    if sensitive == 0 and persons is not None and persons < 100_000:
        said.append((ALLOW_COND, "CN_ART5_LT100K"))
        duties.update(("notice", "separate_consent", "impact_assessment"))
    return route, held


def lists(
    hop: Hop,
    exits: list[str | None],
    void: bool,
    said: list[tuple[int, str]],
    notes: set[str],
    duties: set[str],
    relied: set[str],
) -> tuple[int, Held] | None:
    """The zone's lists; None where the rules after them are still to be tried."""
    zones, at = hop.exporter.registered_zones, hop.as_of
    speaking = [
        each
        for each in hop.list_refs
        if each.covers_scenario and any(zone in zones for zone in each.zone_scope)
    ]
    negative = [each for each in speaking if each.kind == "FTZ-NEG"]
    current = [each for each in negative if covers(each.valid_from, each.valid_to, each.tz, at)]
    listed = [each for each in current if each.field_listed]
    if listed:
        duties.add("keep_list_version")
        needed = FILE if all(each.listed_route == "FILE" for each in listed) else ASSESS
        return routed(hop, needed, "CN_ART6_LISTED", exits, void, said, relied)
    general = [each for each in speaking if each.kind == "LG-GENERAL"]
    if general:
        if not all(covers(each.valid_from, each.valid_to, each.tz, at) for each in general):
            notes.add("LG_GENERAL_EXPIRED")
        elif not all(each.registered_with_centre for each in general):
            notes.add("LG_GENERAL_UNREGISTERED")
        elif at >= GENERAL_BEGAN:
            said.append((ALLOW_COND, "LG_GENERAL_OK"))
            duties.update(("keep_list_version", "backup_evidence", "spot_check"))
            return -1, NOTHING
    if negative and not current:
        notes.add("FTZ_LIST_VERSION")
    if current:
        said.append((ALLOW_COND, "CN_ART6_OUTSIDE_LIST"))
        duties.update(("keep_list_version", "file_if_list_says"))
        return -1, NOTHING
    return None


def routed(
    hop: Hop,
    needed: int,
    code: str,
    exits: list[str | None],
    void: bool,
    said: list[tuple[int, str]],
    relied: set[str],
) -> tuple[int, Held]:
    """A way out that a safeguard can open."""
    held = look_up(hop, ASSESSED if needed == ASSESS else FILING, exits, void) if hop.safeguards else NOTHING
    said.append((ALLOW_COND if held.valid else needed, code))
    relied.update(each.id for each in held.valid)
    return needed, held


def zone_controls(hop: Hop, abroad: list[str], said: list[tuple[int, str]], duties: set[str]) -> None:
    """What the zone asks of everything that crosses its border."""
    state, link, kind = hop.zone, hop.link, hop.intent_kind
    if hop.storage.wrote_outside_fence is True:
        said.append((DENY, "ZONE_FENCE"))
        duties.add("open_incident")
    dedicated = link.kind == "dedicated" and link.state == "in_service" and bool(link.link_ids)
    if not dedicated and hop.origin != hop.destination:
        said.append((DENY, "ZONE_NO_LINK"))
    if hop.origin == "CN-LG" and state.consignment_id is not None:
        tested = abroad if hop.destination == "CN-LG" else [hop.destination, *abroad]
        if any(place == "CN" or place not in state.return_list for place in tested):
            said.append((DENY, "ZONE_RETURN_LIST"))
    if (
        state.retention_until is not None
        and hop.as_of >= day_ends(state.retention_until, TZ)
        and kind in ("admit", "job", "export", "access")
    ):
        said.append((DENY, "ZONE_RETENTION"))
        duties.add("return_or_destroy")
    if state.commitment_state != "active":
        said.append((DENY, "ZONE_COMMITMENT"))
        duties.add("sign_commitment")
    if (
        hop.origin == "CN-LG"
        and kind in ("export", "return", "access")
        and state.balance_state == "unbalanced"
    ):
        said.append((REVIEW, "ZONE_BALANCE"))
        duties.add("reconcile_consignment")


def licence_ok(hop: Hop) -> bool:
    """Whether the licence covers what is asked."""
    licence = hop.licence
    assert licence is not None
    spatial = licence.spatial
    return (
        licence.status == "active"
        and hop.purpose in licence.purposes
        and covers(licence.valid_from, licence.valid_to, licence.tz, hop.as_of)
        and (
            licence.seats is None or (licence.seats_used is not None and licence.seats_used <= licence.seats)
        )
        and ("CN" if hop.destination == "CN-LG" else hop.destination) in spatial
        and all(("CN" if place == "CN-LG" else place) in spatial for place in hop.remote_access_from)
    )


def look_up(  # noqa: C901
    hop: Hop, types: frozenset[str], destinations: "list[str | None] | tuple[str | None, ...]", void: bool
) -> Held:
    """Which of the hop's safeguards count."""
    valid: list[Safeguard] = []
    failed: list[tuple[str, str]] = []
    overdue = False
    exporter, recipient, at = hop.exporter.id, hop.recipient.id, hop.as_of
    for each in hop.safeguards:
        kind = each.type
        if kind not in types or (kind == "GBA-SC" and void):
            continue
        between = each.exporter_id in (None, exporter) and each.recipient_id in (None, recipient)
        if not between and kind == "GBA-SC":
            between = each.exporter_id in (None, recipient) and each.recipient_id in (None, exporter)
        names = each.names_destinations
        place = "CN" if hop.recipient.place == "CN-LG" else hop.recipient.place
        if (
            not between
            or (
                "ANY" not in names
                and any(("CN" if to == "CN-LG" else to) not in names for to in destinations)
            )
            or (kind in ("CBPR", "PRP") and place not in each.recognised_in)
        ):
            failed.append((each.id, "INSTRUMENT_MISMATCH"))
        elif each.status != "active":
            failed.append((each.id, "INSTRUMENT_REVOKED"))
        elif not covers(each.valid_from, each.valid_to, each.tz, at):
            failed.append((each.id, "INSTRUMENT_EXPIRED"))
        elif each.scope_changed:
            failed.append((each.id, "SCOPE_CHANGED"))
        elif kind in ("EU-SCC", "EU-BCR") and each.tia_current is not True:
            failed.append((each.id, "TIA_MISSING"))
        elif kind == "JP-EQUIV" and each.continuing_checks is not True:
            failed.append((each.id, "INSTRUMENT_MISMATCH"))
        elif kind == "CN-SCC" and unfiled(each, at):
            overdue = True
        else:
            valid.append(each)
    return Held(valid, failed, overdue)


def unfiled(contract: Safeguard, at: int) -> bool:
    """Whether a standard contract should have been filed by now and was not."""
    if contract.filed_on is not None and at >= day_begins(contract.filed_on, TZ):
        return False
    return contract.filing_due_on is None or at >= day_ends(contract.filing_due_on, TZ)
