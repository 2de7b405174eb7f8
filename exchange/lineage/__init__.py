"""What was made from what, as a graph in memory: who came before, what came after, and who holds it.

Pure: edges in, answers out. The tables answer the same questions in SQL (`exchange.views.queries.lineage`). Here are
the words that both share; what walks a graph is imported from its module, since it brings numpy.
"""

from exchange.lineage.bounds import BREADTH_MAX, DEPTH_MAX, USUAL, Bounds
from exchange.lineage.edge import NOW, Direction, Edge, Moment, moment_of
from exchange.lineage.kinds import CUT

__all__ = [
    "BREADTH_MAX",
    "CUT",
    "DEPTH_MAX",
    "NOW",
    "USUAL",
    "Bounds",
    "Direction",
    "Edge",
    "Moment",
    "moment_of",
]
