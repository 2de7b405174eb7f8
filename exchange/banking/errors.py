"""What is wrong with a bank's file beyond its schema."""

from exchange.documents.errors import DocumentRefused


class BalanceMissing(DocumentRefused):
    """A statement has no opening or no closing balance, so that its lines cannot be held against anything."""

    remedy = "Ask the bank for the whole statement, not for a page of it."


class BalancesDisagree(DocumentRefused):
    """A statement's lines do not lead from its opening to its closing balance."""

    remedy = "Ask the bank for the lines that are missing, or for the statement again."


class CurrencyDiffers(DocumentRefused):
    """A balance or a line is in another currency than its account."""

    remedy = "Have the bank say balances and lines in the currency of the account."


class DateMissing(DocumentRefused):
    """A booked line has neither a value date nor a booking date."""

    remedy = "Ask the bank when it booked the line."


class AccountWrong(DocumentRefused):
    """An account reads like an IBAN, and its check digits are wrong."""

    remedy = "Compare it with what its holder gave; a digit is wrong or two changed places."


class AccountForeign(DocumentRefused):
    """A statement is of an account that cannot be one of the exchange's."""

    remedy = "See whose account it is; those of the exchange are in `exchange settlement accounts`."


class StatementsUnfit(DocumentRefused):
    """One of a file's statements is of no account of the exchange, or does not go on where the last one ended."""

    remedy = "Have the account opened, import what lies between first, or ask the bank; nothing was imported."


class PaymentsWrong(DocumentRefused):
    """A set of payments cannot be sent: it is empty, names a payment twice, or pays nothing."""

    remedy = "Correct the payments that the message names, and write the set again."


class TotalsDisagree(DocumentRefused):
    """A payment file's count or sum is not that of its payments."""

    remedy = "Write the file again out of its payments, and do not send this one."
