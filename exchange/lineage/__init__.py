"""What was made from what, as a graph in memory: who came before, what came after, and who holds it.

Pure: edges in, answers out. The tables answer the same questions in SQL (`exchange.views.queries.lineage`).
"""

from exchange.lineage.bounds import BREADTH_MAX, DEPTH_MAX, USUAL, Bounds
from exchange.lineage.edge import NOW, Edge, Moment, moment_of
from exchange.lineage.graph import Graph
from exchange.lineage.path import path
from exchange.lineage.steps import CUT, Step, ancestors, descendants
from exchange.lineage.taint import Tainted, taint
from exchange.lineage.walk import Direction, closure, covered, named, reach

__all__ = [
    "BREADTH_MAX",
    "CUT",
    "DEPTH_MAX",
    "NOW",
    "USUAL",
    "Bounds",
    "Direction",
    "Edge",
    "Graph",
    "Moment",
    "Step",
    "Tainted",
    "ancestors",
    "closure",
    "covered",
    "descendants",
    "moment_of",
    "named",
    "path",
    "reach",
    "taint",
]
