"""What product versions inherit from what they were made from, worked out a few at a time.

Only what is found afterwards is followed: what an upstream was known to carry, whoever assessed the version has seen.
"""

from collections.abc import Sequence
from typing import Final

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.descent import Carried, Inherited, carried_by
from exchange.kernel.product import Upstream
from exchange.kernel.safeguard import ReceivedUnder, SafeguardType
from exchange.lineage.names import product_in
from exchange.registry.agenda import schedule, settle
from exchange.registry.reclassifying.facts import Descendant, DescendantsFollowed
from exchange.registry.state import ProductVersion, Registry

DESCEND: Final = "descend"
VERSIONS: Final = "versions"
LOOKED_AT_MAX = 50
"""Versions looked at in one step."""
_STEP_US = 1_000
"""Between two steps others may ask."""


def follow(registry: Registry, subject: str, cause: Cause) -> Sequence[Fact]:
    """Look at the next versions."""
    names = registry.descent.todo[:LOOKED_AT_MAX]
    changed = [
        Descendant(product_id=product_id, version=version, inherited=inherits, received_under=bound)
        for name in names
        for inherits, bound in ((_inherits(registry, name), bound_by(registry, name)),)
        if inherits != registry.descent.inherited.get(name, ())
        or bound != registry.descent.bound.get(name, ())
        for product_id, _, version in (name.rpartition("/"),)
    ]
    left = len(registry.descent.todo) - len(names)
    return (DescendantsFollowed(seen=tuple(names), changed=tuple(changed), left=left),)


def followed(registry: Registry, fact: DescendantsFollowed, at: int) -> None:
    """Remember what they inherit, and look at what was made from those that inherit something else."""
    del registry.descent.todo[: len(fact.seen)]
    for each in fact.changed:
        name = f"{each.product_id}/{each.version}"
        _inherit(registry, name, each.inherited)
        _bind(registry, name, each.received_under)
        look_at_descendants(registry, name, at)
    if registry.descent.todo:
        schedule(registry, at + _STEP_US, DESCEND, VERSIONS)
    else:
        settle(registry, DESCEND, VERSIONS)


def drafted(registry: Registry, name: str, upstream: Sequence[Upstream]) -> None:
    """Remember what a version was made from, and what was known of that."""
    for above in dict.fromkeys(map(_above, upstream)):
        registry.descent.made.setdefault(above, []).append(name)
    look_anew(registry, name, upstream)
    _bind(registry, name, bound_by(registry, name))


def look_anew(registry: Registry, name: str, upstream: Sequence[Upstream]) -> None:
    """Somebody has looked at a version: what its upstream carries now is known of it."""
    known = {
        above: tuple(sorted(carried))
        for above in map(_above, upstream)
        if (carried := _carried(registry, above))
    }
    registry.descent.known.pop(name, None)
    if known:
        registry.descent.known[name] = known


def reclassified(registry: Registry, name: str, inherited: Inherited, at: int) -> None:
    """A version is other data: whatever was made from it is looked at again."""
    _inherit(registry, name, inherited)
    look_at_descendants(registry, name, at)


def look_at_descendants(registry: Registry, name: str, at: int) -> None:
    """Have what was made from a version looked at, next."""
    descent = registry.descent
    waiting = set(descent.todo)
    fresh = [each for each in descent.made.get(name, ()) if each not in waiting]
    if fresh and not descent.todo:
        schedule(registry, at, DESCEND, VERSIONS)
    descent.todo += fresh


def _above(upstream: Upstream) -> str:
    """The version that an upstream is, if it is one: named as lineage does, or by its product and its version."""
    return product_in(upstream.name) or f"{upstream.name}/{upstream.version}"


def version_of(registry: Registry, name: str) -> ProductVersion | None:
    """The product version of a name, if there is one."""
    product_id, _, version = name.rpartition("/")
    product = registry.products.get(product_id)
    return None if product is None else product.versions.get(version)


def _inherits(registry: Registry, name: str) -> Inherited:
    """What is found of a version's upstream that nobody knew who looked at it."""
    version = version_of(registry, name)
    assert version is not None
    known = registry.descent.known.get(name, {})
    found: set[Carried] = set()
    for each in version.drafted.upstream:
        above = _above(each)
        found |= _carried(registry, above).difference(known.get(above, ()))
    return tuple(sorted(found))


def bound_by(registry: Registry, name: str) -> ReceivedUnder:
    """Under which safeguards data was received that a version was made from, by whoever made it or made that."""
    version = version_of(registry, name)
    assert version is not None
    found: set[SafeguardType] = set()
    for above in map(_above, version.drafted.upstream):
        found.update(registry.descent.bound.get(above, ()))
        found.update(registry.descent.received.get(f"{version.drafted.seller_id} {above}", ()))
    return tuple(sorted(found))


def _bind(registry: Registry, name: str, kinds: ReceivedUnder) -> None:
    registry.descent.bound.pop(name, None)
    if kinds:
        registry.descent.bound[name] = kinds


def _carried(registry: Registry, name: str) -> frozenset[Carried]:
    version = version_of(registry, name)
    if version is None:
        return frozenset()
    in_bond = registry.descent.in_bond.get(f"{version.drafted.seller_id} {name}", ())
    return carried_by(version.traits).union(registry.descent.inherited.get(name, ()), in_bond)


def _inherit(registry: Registry, name: str, inherited: Inherited) -> None:
    registry.descent.inherited.pop(name, None)
    if inherited:
        registry.descent.inherited[name] = inherited
