"""Facts of the home laws outside the mainland: SG, JP, EU, US and South-East Asia."""

from exchange.fence.safeguards import country
from exchange.fence.sheet import Sheet

_REVIEWED = frozenset({"ID", "VN", "MY"})


def sg_public(sheet: Sheet) -> bool:
    """The data is publicly available in Singapore."""
    return "SG" in sheet.hop.data.publicly_available_in


def sg_bound(sheet: Sheet) -> bool:
    """The recipient is bound to comparable protection, by law or by a contract or rules held now."""
    bound = sheet.hop.recipient.bound_by_comparable_law
    return bound or bool(sheet.held("SG").of(("SG-CONTRACT", "SG-BCR", "ASEAN-MCC")))


def sg_certified(sheet: Sheet) -> bool:
    """The recipient holds a certificate recognised in its country."""
    return bool(sheet.held("SG").of(("CBPR", "PRP")))


def sg_consent(sheet: Sheet) -> bool:
    """The individuals consented after a written summary."""
    return "SG_S26_SUMMARY" in sheet.hop.consents


def jp_whitelisted(sheet: Sheet) -> bool:
    """The destination is on Japan's list of equivalent countries."""
    places = sheet.terms.places
    return sheet.hop.destination in places.eu_eea or sheet.hop.destination in places.jp_whitelist_extra


def jp_eu_data_held_in_jp(sheet: Sheet) -> bool:
    """Data collected in the EU is sent on from Japan."""
    return sheet.hop.origin == "JP" and not sheet.terms.places.eu_eea.isdisjoint(sheet.hop.collected_in)


def jp_equivalent(sheet: Sheet) -> bool:
    """The recipient has an equivalent system: a contract with continuing checks, or a certificate."""
    return bool(sheet.held("JP").safeguards)


def jp_consent(sheet: Sheet) -> bool:
    """The individuals consented knowing country, regime and measures."""
    return "JP_ART28_INFORMED" in sheet.hop.consents


def eu_adequate(sheet: Sheet) -> bool:
    """The destination's protection is adequate; that of the US only for a self-certified recipient."""
    destination = sheet.hop.destination
    if destination == "US":
        return bool(sheet.held("EU").of(("EU-DPF",)))
    return destination in sheet.terms.places.eu_adequate


def eu_art46(sheet: Sheet) -> bool:
    """Standard clauses or binding rules are held, with a current transfer impact assessment."""
    return bool(sheet.held("EU").of(("EU-SCC", "EU-BCR")))


def eu_art49(sheet: Sheet) -> bool:
    """A derogation for the single case is claimed."""
    return "EU_ART49" in sheet.hop.consents


def us_covered(sheet: Sheet) -> bool:
    """The recipient is in a country of concern, or a covered person."""
    recipient = sheet.hop.recipient
    concern = sheet.terms.places.us_countries_of_concern_used
    return recipient.us_covered_person is True or country(recipient.place) in concern


def us_bulk(sheet: Sheet) -> bool:
    """The data covers more US persons than the threshold of its class."""
    data = sheet.hop.data
    threshold = sheet.terms.constants.us_bulk_more_than.get(data.us_class or "")
    return threshold is not None and data.us_persons_12m is not None and data.us_persons_12m > threshold


def th_applies(sheet: Sheet) -> bool:
    """Personal information leaves Thailand, its home."""
    return sheet.pi and sheet.leaves("TH")


def th_safeguard(sheet: Sheet) -> bool:
    """Thailand's contract or binding rules are held, or the individuals consented."""
    return "TH_S28" in sheet.hop.consents or bool(sheet.held("SEA").safeguards)


def id_vn_my_applies(sheet: Sheet) -> bool:
    """Personal information leaves a home whose law calls for the counter's own look."""
    if not sheet.pi or _REVIEWED.isdisjoint(sheet.homes):
        return False
    return any(sheet.leaves(place) for place in _REVIEWED)
