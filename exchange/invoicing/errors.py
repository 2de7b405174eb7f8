"""Why an invoice is not written, or not taken."""

from exchange.documents.errors import DocumentRefused


class InvoiceWrong(DocumentRefused):
    """An invoice cannot be written from what is said of it."""

    remedy = "Correct what the message names, and write it again."


class RulesBroken(DocumentRefused):
    """An invoice breaks its schema, or a fatal rule of the standard that it names."""

    remedy = "Correct what each rule names; a warning alone breaks nothing."


class ProfileUnknown(DocumentRefused):
    """An invoice is written by rules that are not known here, or its seller would need such rules."""

    remedy = "Write it by Peppol BIS Billing 3, EN 16931, or for sellers in Singapore PINT-SG."
