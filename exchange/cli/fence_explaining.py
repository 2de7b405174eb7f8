"""`fence explain`: the story of a recorded decision in plain sentences."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from exchange.cli import completing
from exchange.cli.endings import BROKEN, DONE
from exchange.cli.options import as_json, data, example, opened, print_json
from exchange.cli.rulesets import ruleset_file, rulesets_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.fence import Crossing, FenceDecision, Ruleset
    from exchange.views.queries.fence import ListingStory, Story


class Explained(NamedTuple):
    """A decision with all that tells its story. Shape: `again` is what is decided now, None without its ruleset."""

    story: "Story"
    crossing: "Crossing"
    decision: "FenceDecision"
    ruleset: "Ruleset | None"
    again: "FenceDecision | None"

    @property
    def stands(self) -> bool:
        """Whether deciding it again gives the same answer, as far as that can be tried."""
        return self.again is None or self.again == self.decision


@click.command(epilog=example("exchange fence explain D-0.17.0", "exchange fence explain L-0.12.0"))
@click.argument("decision", shell_complete=completing.in_tables("decisions", "decision_id"))
@ruleset_file
@data
@as_json
def explain(decision: str, ruleset: Path | None, data: Path, as_json: bool) -> int:
    """Tell the story of a recorded decision: what was asked, which rules spoke, from which sources, on which facts.

    Of a listing it tells whether there is any place to which it could be sold, and what is wanting.

    It is decided again by its own ruleset, of those that are shipped or the one in FILE, and told whether the answer is
    the recorded one; if it is not, it ends with 4. It works while the node is down.
    """
    from exchange.cli.fence_story import document, lines
    from exchange.store import open_store
    from exchange.views.queries.fence import listing_of, story_of

    with closing(open_store(opened(data).store_url)) as store:
        story = story_of(store, decision)
        listing = listing_of(store, decision) if story is None else None
    if listing is not None:
        _tell_listing(listing, ruleset, as_json)
        return DONE
    if story is None:
        raise Misuse(
            f"no decision or listing {decision} is known to the tables; `exchange query decisions` and"
            " `exchange query destinations` name those there are"
        )
    explained = _explained(story, ruleset)
    if as_json:
        print_json(document(explained))
    else:
        click.echo("\n".join(lines(explained)))
    return DONE if explained.stands else BROKEN


def _tell_listing(listing: "ListingStory", file: Path | None, as_json: bool) -> None:
    from exchange.cli.fence_listing import listing_document, listing_lines

    rulesets = rulesets_of(file)
    if as_json:
        print_json(listing_document(listing, rulesets))
    else:
        click.echo("\n".join(listing_lines(listing, rulesets)))


def _explained(story: "Story", file: Path | None) -> Explained:
    from exchange.fence import decide, read_decision
    from exchange.views.queries.shadow import recorded_crossing

    row: Any = story.decision
    crossing, decision = recorded_crossing(row), read_decision(row["decision"])
    ruleset = rulesets_of(file).get(row["ruleset_digest"])
    if file is not None and ruleset is None:
        raise Misuse(f"{file} is not the ruleset that decided; its digest has to be {row['ruleset_digest']}")
    again = None if ruleset is None else decide(crossing, ruleset)
    return Explained(story, crossing, decision, ruleset, again)
