"""What happens in the registry by itself, in the order in which it falls due."""

from bisect import bisect_left, insort

from exchange.registry.state import Registry


def schedule(registry: Registry, at: int, kind: str, subject: str) -> None:
    """Let `kind` happen to `subject` at `at`; what was due for it before is not any more."""
    settle(registry, kind, subject)
    registry.due[_name(kind, subject)] = at
    insort(registry.agenda, (at, kind, subject))


def settle(registry: Registry, kind: str, subject: str) -> None:
    """Let it not happen any more, if it was to."""
    at = registry.due.pop(_name(kind, subject), None)
    if at is not None:
        del registry.agenda[bisect_left(registry.agenda, (at, kind, subject))]


def next_deadline(registry: Registry) -> int | None:
    """When the next thing happens by itself."""
    return registry.agenda[0][0] if registry.agenda else None


def _name(kind: str, subject: str) -> str:
    return f"{kind} {subject}"
