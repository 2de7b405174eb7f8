"""Every name a rule may ask for: fields of the hop, and derived facts. Closed: what is not here does not exist."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from exchange.fence.derived import abroad, general, mainland, zone
from exchange.fence.fields import Kind, fields
from exchange.fence.reasons import SafeguardFailure
from exchange.fence.sheet import FactValue, Sheet

Read = Callable[[Sheet], FactValue]


class FactName(NamedTuple):
    """What a rule may compare: the kind of value, the words it may hold (None: any), how it is read.

    Shape: `told` is what a derived fact means, as a sentence; a field of the hop is what rules.md says of it. `read`
    works a fact out once a hop and has the sheet remember that it was asked for; `work_out` is for whoever remembers
    it elsewhere. Of facts that follow from the trail nothing is remembered: both are the same.
    """

    kind: Kind
    words: frozenset[str] | None
    read: Read
    work_out: Read
    told: str = ""


_FLAGS: dict[str, Callable[[Sheet], bool]] = {
    "derived.pi": general.pi,
    "derived.unknown_place": general.unknown_place,
    "derived.home_without_rules": general.home_without_rules,
    "derived.counts_missing": general.counts_missing,
    "derived.facts_missing": general.some_fact_missing,
    "derived.cn.remote_export": mainland.remote_export,
    "derived.cn.important": mainland.important,
    "derived.cn.has_foreign_pi": mainland.has_foreign_pi,
    "derived.cn.lineage_consistent": mainland.lineage_consistent,
    "derived.cn.mixed_not_separable": mainland.mixed_not_separable,
    "derived.cn.ruleset_missing": mainland.ruleset_missing,
    "derived.gba.onward_outside": mainland.gba_onward_outside,
    "derived.gba.safeguard_void": mainland.gba_safeguard_void,
    "derived.sg.public": abroad.sg_public,
    "derived.sg.bound": abroad.sg_bound,
    "derived.sg.certified": abroad.sg_certified,
    "derived.sg.consent": abroad.sg_consent,
    "derived.jp.whitelisted": abroad.jp_whitelisted,
    "derived.jp.eu_data_held_in_jp": abroad.jp_eu_data_held_in_jp,
    "derived.jp.equivalent": abroad.jp_equivalent,
    "derived.jp.consent": abroad.jp_consent,
    "derived.eu.adequate": abroad.eu_adequate,
    "derived.eu.art46": abroad.eu_art46,
    "derived.eu.art49": abroad.eu_art49,
    "derived.us.covered": abroad.us_covered,
    "derived.us.bulk": abroad.us_bulk,
    "derived.sea.th_applies": abroad.th_applies,
    "derived.sea.th_safeguard": abroad.th_safeguard,
    "derived.sea.id_vn_my_applies": abroad.id_vn_my_applies,
    "derived.zc.link_ok": zone.link_ok,
    "derived.zc.outside_return_list": zone.outside_return_list,
    "derived.zc.retention_passed": zone.retention_passed,
    "derived.lic.ok": zone.licence_ok,
}
_WORDS: dict[str, tuple[Callable[[Sheet], str | None], frozenset[str]]] = {
    "derived.cn.neg_list": (mainland.neg_list, frozenset({"listed", "outside", "not_in_force", "none"})),
    "derived.cn.neg_list_route": (mainland.neg_list_route, frozenset({"FILE", "ASSESS"})),
    "derived.cn.general_list": (
        mainland.general_list,
        frozenset({"expired", "unregistered", "ok", "none"}),
    ),
}
_TRAIL: dict[str, tuple[Kind, frozenset[str] | None, Read]] = {
    "derived.cn.art7_hit": ("flag", None, mainland.art7_hit),
    "derived.cn.route": ("word", frozenset({"FILE", "ASSESS"}), mainland.route),
    "derived.cn.route_satisfied": ("flag", None, mainland.route_satisfied),
    "derived.cn.scc_overdue": ("flag", None, mainland.scc_overdue),
    "derived.contributions": ("number", None, general.outcomes),
    "derived.safeguard_failure": (
        "word",
        frozenset(failure.value for failure in SafeguardFailure),
        general.safeguard_failure,
    ),
}


@cache
def vocabulary() -> Mapping[str, FactName]:
    """Every fact by its name. Those that depend on the trail are read anew each time, the others once a hop."""
    names = {
        path: _asked(path, field.kind, field.words, _of_hop(path, field.read))
        for path, field in fields().items()
    }
    names |= {name: _derived(name, "flag", None, compute) for name, compute in _FLAGS.items()}
    names |= {name: _derived(name, "word", words, compute) for name, (compute, words) in _WORDS.items()}
    counted = "derived.cn.pi_count_cum"
    names[counted] = _derived(counted, "number", None, mainland.pi_count_cum)
    return names | {
        name: FactName(kind, words, read, read, _told(read)) for name, (kind, words, read) in _TRAIL.items()
    }


def _asked(name: str, kind: Kind, words: frozenset[str] | None, work_out: Read, told: str = "") -> FactName:
    return FactName(kind, words, _once(name, work_out), work_out, told)


def _derived(name: str, kind: Kind, words: frozenset[str] | None, compute: Read) -> FactName:
    return _asked(name, kind, words, compute, _told(compute))


def _told(compute: Read) -> str:
    return (compute.__doc__ or "").split("\n", 1)[0]


def _of_hop(path: str, read: Callable[..., FactValue]) -> Read:
    if path.startswith("licence."):
        return lambda sheet: read(sheet.hop)
    found: Read = attrgetter(f"hop.{path}")
    return found


def _once(name: str, compute: Callable[[Sheet], FactValue]) -> Read:
    def read(sheet: Sheet) -> FactValue:
        memo = sheet.memo
        if name not in memo:
            memo[name] = compute(sheet)
        return memo[name]

    return read
