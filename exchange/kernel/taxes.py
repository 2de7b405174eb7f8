"""Categories of tax on supplies, as invoices name them. Source: settlement.md section 8; UNCL 5305; IRAS."""

from typing import Final

VAT: Final = frozenset(("S", "Z", "E", "AE", "K", "G", "O", "L", "M"))
VAT_UNTAXED: Final = frozenset(("Z", "E", "AE", "K", "G", "O"))
VAT_EXEMPT: Final = frozenset(("E", "AE", "K", "G", "O"))
"""Those of which an invoice says why they have no tax."""
GST: Final = frozenset(
    "SR SRCA-S SRCA-C ZR ES33 ESN33 DS OS NA NG SRRC SROVR-RS SROVR-LVG SRLVG".split()  # noqa: SIM905
)
"""Of Singapore."""
GST_UNTAXED: Final = frozenset("ZR ES33 ESN33 OS NA NG".split())  # noqa: SIM905
GST_REGISTERED: Final = frozenset("SR SRCA-S SRCA-C ZR SRRC SROVR-RS SROVR-LVG SRLVG".split())  # noqa: SIM905
"""Those that only a seller who is registered for GST has. Source: PINT-SG, BR-105-GST-SG."""
SINGAPORE: Final = "SG"
SGD: Final = "SGD"
"""In which GST is accounted for."""
