"""What the journals say, as SQL tables that can be deleted and come back equal."""

from exchange.views.catalogue import CATALOGUE
from exchange.views.settlement import SETTLEMENT
from exchange.views.view import View, project_batch

VIEWS: tuple[View, ...] = (CATALOGUE, SETTLEMENT)

__all__ = ["VIEWS", "View", "project_batch"]
