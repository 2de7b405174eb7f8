"""Why a document is not taken. Nothing of one that is refused is used."""

from exchange.kernel.errors import ExchangeError, Unavailable


class DocumentRefused(ExchangeError):
    """A document is not what it has to be."""

    remedy = "Have whoever wrote it correct what the message names; nothing of it was used."


class DocumentTooLarge(DocumentRefused):
    """A document has more bytes than are read at once; it was refused by its size, before it was parsed."""

    remedy = "Ask for it in parts, such as a statement a day; or see whether it is the right file."


class DocumentUnreadable(DocumentRefused):
    """A document is no well-formed XML."""

    remedy = "Fetch it again: it may be cut off, or another kind of file."


class DoctypeRefused(DocumentRefused):
    """A document declares a document type, by which entities could name files, hosts, or more text than fits."""

    remedy = "Ask for it without a document type: no bank message and no invoice has one."


class VersionUnknown(DocumentRefused):
    """A document is of a kind or version that is not read here."""

    remedy = "Ask for one of the versions that the message names."


class SchemaBroken(DocumentRefused):
    """A document breaks the published schema of its kind."""

    remedy = "Have whoever wrote it correct the places that the message names."


class CurrencyNotKnown(DocumentRefused):
    """An amount is in a currency that ISO 4217 does not have, or that has no minor unit."""

    remedy = "Have it written with a code of ISO 4217 like CNY, JPY or EUR."


class ExponentWrong(DocumentRefused):
    """An amount is finer than the minor unit of its currency, such as a fraction of a yen."""

    remedy = "Have it written with no more decimals than its currency has; nothing is rounded here."


class AmountOverflows(DocumentRefused):
    """An amount is larger than the books hold."""

    remedy = "See whether it is right; a larger amount is to be split."


class AmountUnreadable(DocumentRefused):
    """An amount is no decimal number."""

    remedy = "Have it written with digits and one point, like 12000.00."


class SchemaMissing(Unavailable):
    """The published schemas or rules are not installed, and a document that was not checked counts as wrong."""

    remedy = "Install them: `make install` brings the packages that carry them."
