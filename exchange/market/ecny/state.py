"""What is remembered of e-CNY beside what is in purses."""

from typing import TypeAlias

from exchange.kernel.ids import ParticipantId

Wallets: TypeAlias = dict[ParticipantId, int]
"""What the wallet at each bank holds for this market, interest too. Units: fen."""
