"""What happened to where participants are paid to."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, ParticipantId


class PayeeNamed(Fact, frozen=True):
    """From the next run on a participant is paid a currency to this bank account.

    Shape: it takes the place of `before_id`, if there was one; runs that were open before go on with that.
    """

    payee_id: Id
    participant_id: ParticipantId
    currency: Line
    holder: Line
    account_number: Line
    bic: Line
    before_id: Line = ""


FACTS: tuple[type[Fact], ...] = (PayeeNamed,)
