"""Why the delivery refuses."""

from exchange.kernel.reasons import Why


class Reason(Why):
    """Why the delivery refuses."""

    PRODUCT_UNKNOWN = (
        "PRODUCT_UNKNOWN",
        "The product is not listed, or its listing has not arrived here yet.",
        "List it, or wait a moment and ask again.",
    )
    PRODUCT_EXISTS = (
        "PRODUCT_EXISTS",
        "This version was recorded before, with an earlier listing.",
        "Nothing is to be done.",
    )
    PRODUCT_NOT_OWN = (
        "PRODUCT_NOT_OWN",
        "The product is another seller's; only that one says what was published.",
        "Speak as its seller.",
    )
    ENTITLEMENT_UNKNOWN = (
        "ENTITLEMENT_UNKNOWN",
        "There is no such entitlement to this product.",
        "Use the id of the `EntitlementGranted` of the purchase, and the product it names.",
    )
    ENTITLEMENT_SUSPENDED = (
        "ENTITLEMENT_SUSPENDED",
        "The entitlement is suspended already.",
        "Nothing is to be done.",
    )
    ENTITLEMENT_NOT_SUSPENDED = (
        "ENTITLEMENT_NOT_SUSPENDED",
        "The entitlement runs, and is not suspended.",
        "Nothing is to be done.",
    )
    RANGE_SUSPENDED = (
        "RANGE_SUSPENDED",
        "It was published while the entitlement was suspended, and does not belong to it.",
        "Go on with what is published once it has resumed; `exchange purchase show` tells why it is suspended.",
    )
    ENTITLEMENT_EXISTS = (
        "ENTITLEMENT_EXISTS",
        "The entitlement was opened before.",
        "Nothing is to be done.",
    )
    ENTITLEMENT_NOT_OWN = (
        "ENTITLEMENT_NOT_OWN",
        "The entitlement is another buyer's; only that one says what arrived.",
        "Speak as its buyer.",
    )
    ENTITLEMENT_CLOSED = (
        "ENTITLEMENT_CLOSED",
        "The market has accepted or refunded the purchase; nothing more is taken down for it.",
        "Nothing is to be done; for more data, buy again.",
    )
    RANGE_NOT_NEXT = (
        "RANGE_NOT_NEXT",
        "The range does not begin with the product's next sequence number.",
        "Begin with the number that the detail names; `publish` with `first_seq` goes on by itself.",
    )
    RANGE_KNOWN = (
        "RANGE_KNOWN",
        "The same range was reported before, in the same words.",
        "Go on with the next one.",
    )
    RANGE_INCONSISTENT = (
        "RANGE_INCONSISTENT",
        "The range's numbers, count, size or place contradict each other or the range before it.",
        "Report it as it lies in the stream; `publish` counts and hashes it itself.",
    )
    RANGE_UNKNOWN = (
        "RANGE_UNKNOWN",
        "The numbers are not those of one whole published range that is owed.",
        "Confirm or rule on whole ranges, as they were published; `exchange query deliveries` lists them.",
    )
    RANGE_DISPUTED = (
        "RANGE_DISPUTED",
        "Seller and buyer named different digests for the range, and the exchange has not ruled yet.",
        "Read it again and confirm what is there, or wait for the ruling.",
    )
    RANGE_NOT_DISPUTED = (
        "RANGE_NOT_DISPUTED",
        "There is no dispute about the range to rule on.",
        "Nothing is to be done.",
    )
    RANGE_RECEIVED = (
        "RANGE_RECEIVED",
        "A receipt for it was given before, and a receipt stands.",
        "Nothing is to be done; go on with the next range.",
    )
    THROUGH_NOT_PUBLISHED = (
        "THROUGH_NOT_PUBLISHED",
        "No published range ends with this number.",
        "Name the last number of a published range; the detail names the last of all.",
    )
    NOTHING_OWED = (
        "NOTHING_OWED",
        "No open entitlement is still owed anything up to this number.",
        "Nothing is to be done: what was bought is complete already, or was not bought yet.",
    )
    NOT_COMPLETE = (
        "NOT_COMPLETE",
        "The seller has not completed its publication, so no acceptance window runs yet.",
        "Wait until it is complete; until then a gap may be reported.",
    )
    PROPOSAL_MADE = (
        "PROPOSAL_MADE",
        "The evidence was complete, and acceptance or rejection was proposed to the market.",
        "Wait for the market's word; `exchange query trades` shows it.",
    )
    OBJECTION_STANDS = (
        "OBJECTION_STANDS",
        "The buyer has objected to this delivery already.",
        "Nothing is to be done; the objection is being dealt with.",
    )
    GAP_NOT_PUBLISHED = (
        "GAP_NOT_PUBLISHED",
        "The gap reaches beyond what was published for this entitlement.",
        "Report only what is missing of that.",
    )
    GAP_KNOWN = (
        "GAP_KNOWN",
        "The same gap was reported before and is open.",
        "Read again; it is closed by a receipt for what was missing.",
    )
    METER_EXISTS = (
        "METER_EXISTS",
        "What is used under the entitlement is counted already.",
        "Nothing is to be done.",
    )
    METER_UNKNOWN = (
        "METER_UNKNOWN",
        "Nothing was prepaid with this entitlement, so nothing of it is used up.",
        "Report readings of entitlements that were bought by the call or by the gigabyte.",
    )
    METER_RECEIPTS = (
        "METER_RECEIPTS",
        "What this buyer uses is counted by what it receives from the stream.",
        "Report no readings of it; `exchange query usage` shows what was used.",
    )
    READING_OLD = (
        "READING_OLD",
        "The meter stood there, or further, at an earlier reading.",
        "Nothing is to be done; the next reading has to say more.",
    )
    GAPS_TOO_MANY = (
        "GAPS_TOO_MANY",
        "As many gaps are open as an entitlement may have.",
        "Read again and confirm what is there before reporting more.",
    )
