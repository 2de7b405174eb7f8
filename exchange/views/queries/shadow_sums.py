"""What a shadow run comes to: how many decisions would change, how, for whom, by which rules, and what was traded on
them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from exchange.views.queries.shadow import CHANGES, Change, Shadowed


class Sums:
    """Of some decisions: how many, whose, of which products, and the trades that rest on them, by currency."""

    def __init__(self) -> None:
        self.decisions = 0
        self.buyers: set[str] = set()
        self.products: set[str] = set()
        self.trades = 0
        self.amounts_minor: Counter[str] = Counter()

    def add(self, each: Shadowed) -> None:
        """Count one more."""
        self.decisions += 1
        self.buyers.add(each.row["buyer_id"])
        self.products.add(each.row["product_id"])
        self.trades += int(each.row["trades"])
        if each.row["currency"] is not None:
            self.amounts_minor[each.row["currency"]] += int(each.row["amount_minor"])

    def as_dict(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "decisions": self.decisions,
            "buyers": len(self.buyers),
            "products": len(self.products),
            "trades": self.trades,
            "amounts_minor": dict(sorted(self.amounts_minor.items())),
        }


class Report:
    """All sums of one run.

    Shape: `by_answer` is by the answer that was and the one that would be; `by_buyer` counts only those whose effect
    changes; `rules_…` count in how many changed decisions a rule would speak anew, no longer, or otherwise; `shown`
    holds the first changed decisions, the weightiest kinds of change first, at most `shown_max` of each kind.
    """

    def __init__(self, shown_max: int) -> None:
        self.decisions = 0
        self.first_at: int | None = None
        self.last_at: int | None = None
        self.by_change: dict[Change, Sums] = {change: Sums() for change in CHANGES}
        self.by_answer: dict[tuple[str, str], Sums] = {}
        self.by_buyer: dict[tuple[str, Change], Sums] = {}
        self.rules_new: Counter[str] = Counter()
        self.rules_gone: Counter[str] = Counter()
        self.rules_other: Counter[str] = Counter()
        self._shown: dict[Change, list[Shadowed]] = {change: [] for change in CHANGES}
        self._shown_max = shown_max

    def add_all(self, run: Iterable[Shadowed]) -> "Report":
        """Count a whole run."""
        for each in run:
            self.add(each)
        return self

    def add(self, each: Shadowed) -> None:
        """Count one decision."""
        self.decisions += 1
        at = each.row["at"]
        self.first_at = at if self.first_at is None else min(at, self.first_at)
        self.last_at = at if self.last_at is None else max(at, self.last_at)
        self.by_change[each.change].add(each)
        if each.change == "none":
            return
        answers = (each.was.value, each.would_be.outcome.value)
        self.by_answer.setdefault(answers, Sums()).add(each)
        if each.change in ("refused", "admitted"):
            self.by_buyer.setdefault((each.row["buyer_id"], each.change), Sums()).add(each)
        self.rules_new.update(each.rules_new)
        self.rules_gone.update(each.rules_gone)
        self.rules_other.update(each.rules_other)
        kept = self._shown[each.change]
        if len(kept) < self._shown_max:
            kept.append(each)

    @property
    def changed(self) -> int:
        """How many decisions would be other ones."""
        return self.decisions - self.by_change["none"].decisions

    @property
    def shown(self) -> list[Shadowed]:
        """The changed decisions that are told one by one."""
        return [each for change in CHANGES for each in self._shown[change]][: self._shown_max]
