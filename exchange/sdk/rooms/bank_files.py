"""Files of banks through the doors: payments written, statements and advices imported."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk.bank_files import ImportedPart, PaymentFile, payment_file, statements_in
from exchange.sdk.door import SETTLEMENT, Door
from exchange.settlement.files.commands import IssuePaymentFile
from exchange.settlement.files.facts import PaymentFileIssued
from exchange.settlement.reasons import Reason
from exchange.settlement.statements.commands import ImportStatement
from streams.answers import Refusal
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline


class PayingByFile(Door):
    """Tells banks to pay. Units: amounts are minor units."""

    async def issue_payment_file(
        self,
        account_id: str,
        set_ids: Sequence[str],
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PaymentFile:
        """Put released net sets into one file for the bank that keeps an account; each is in one file only."""
        command = IssuePaymentFile(account_id=account_id, set_ids=tuple(set_ids))
        answer = await self._settled("settlement", SETTLEMENT, command, id, Deadline(deadline_s))
        return payment_file(answer.fact(PaymentFileIssued), answer.at)

    async def payment_file(self, file_id: str, *, deadline_s: float = DEADLINE_S) -> PaymentFile:
        """A file that was issued, once more: the same bytes. Raises: Misuse if none of that id was."""
        deadline = Deadline(deadline_s)
        try:
            async with deadline.timeout(), aclosing(_told(self._client)) as told:
                async for meta, fact in told:
                    if isinstance(fact, PaymentFileIssued) and fact.file_id == file_id:
                        return payment_file(fact, meta.at)
        except TimeoutError as error:
            raise Unavailable(
                f"the settlement's journal was not read to its end within {deadline}; give it longer"
            ) from error
        raise Misuse(
            f"no payment file {file_id} was issued; `exchange query payment_files` names those that were"
        )


class ImportingFiles(Door):
    """Takes in what banks say of their accounts."""

    async def import_file(
        self, content: bytes, name: str = "the file", *, deadline_s: float = DEADLINE_S
    ) -> Sequence[ImportedPart]:
        """Hold a camt.053 or camt.054 against what is expected; what it says of net sets is done when this returns.

        Shape: a file of more lines than one command may have comes in parts; those imported before change nothing, so
        that a file books once, and half of one goes on where it stopped. Raises: DocumentRefused before anything is
        sent; Refusal where a part is refused, with those before it imported.
        """
        commands = statements_in(content, name)
        return [await self.import_part(each, deadline_s=deadline_s) for each in commands]

    async def import_part(
        self, command: ImportStatement, *, deadline_s: float | Deadline = DEADLINE_S
    ) -> ImportedPart:
        """Import one command of a file; nothing happens if it was imported before."""
        try:
            answer = await self._settled("settlement", SETTLEMENT, command, None, Deadline.of(deadline_s))
        except Refusal as refusal:
            if refusal.reason != Reason.STATEMENT_REPEATED:
                raise
            return ImportedPart(command, repeated=True)
        return ImportedPart(command, repeated=False, facts=answer.facts)


async def _told(client: Client) -> AsyncGenerator[Recorded, None]:
    """Everything that the settlement's journal says, from its beginning."""
    number = client.partition("settlement", SETTLEMENT)
    async with aclosing(client.history("settlement", number)) as outcomes:
        async for followed in outcomes:
            for recorded in followed.outcome:
                yield recorded
