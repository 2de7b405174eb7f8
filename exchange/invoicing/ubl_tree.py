"""UBL's two namespaces: a node puts values into one and parts into the other."""

from typing import TYPE_CHECKING

from exchange.documents.amounts import decimal_text
from exchange.documents.errors import DocumentRefused

if TYPE_CHECKING:
    from lxml.etree import _Element

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
AGGREGATE, BASIC = _UBL + "CommonAggregateComponents-2", _UBL + "CommonBasicComponents-2"
ROOTS = {"invoice": _UBL + "Invoice-2", "credit_note": _UBL + "CreditNote-2"}
PREFIXES = {"cac": AGGREGATE, "cbc": BASIC}


class Node:
    """An element that is being written, in a document of one currency."""

    def __init__(self, element: "_Element", currency: str) -> None:
        self._element = element
        self._currency = currency

    def under(self, name: str) -> "Node":
        """A new part of this one."""
        from lxml import etree

        return Node(etree.SubElement(self._element, f"{{{AGGREGATE}}}{name}"), self._currency)

    def put(self, name: str, text: str, **attributes: str) -> None:
        """A value. Raises: DocumentRefused if XML cannot hold it."""
        from lxml import etree

        element = etree.SubElement(self._element, f"{{{BASIC}}}{name}")
        try:
            element.text = text
            for key, value in attributes.items():
                element.set(key, value)
        except ValueError as error:
            raise DocumentRefused(
                f"{name} {text!r} has a character that XML cannot hold; leave it out"
            ) from error

    def put_known(self, name: str, text: str, **attributes: str) -> None:
        """A value, unless it is empty: an empty element breaks the rules."""
        if text:
            self.put(name, text, **attributes)

    def amount(self, name: str, minor: int) -> None:
        """An amount in the document's currency, with its decimals."""
        self.put(name, decimal_text(minor, self._currency), currencyID=self._currency)

    def amount_in(self, name: str, minor: int, currency: str) -> None:
        """An amount in another currency than the document's."""
        self.put(name, decimal_text(minor, currency), currencyID=currency)

    def price(self, name: str, text: str) -> None:
        """A price of one unit, which may be finer than the currency."""
        self.put(name, text, currencyID=self._currency)
