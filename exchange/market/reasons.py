"""Why a market refuses."""

from exchange.kernel.reasons import Why


class Reason(Why):
    """Why a market refuses."""

    PARTICIPANT_UNKNOWN = (
        "PARTICIPANT_UNKNOWN",
        "This market knows nobody of this name.",
        "Check the name (`exchange query participants`); who was just admitted is known here a moment later.",
    )
    PARTICIPANT_SUSPENDED = (
        "PARTICIPANT_SUSPENDED",
        "The participant, or the seller of what is asked for, is suspended.",
        "An operator reinstates it; until then nothing is traded with it.",
    )
    ROLE_MISSING = (
        "ROLE_MISSING",
        "The participant was not admitted in a role that may do this: buyers bid, sellers ask, custodians confirm.",
        "Have it done by a participant of the role that the detail names.",
    )
    CURRENCY_UNKNOWN = (
        "CURRENCY_UNKNOWN",
        "The code is not in ISO 4217, or its currency has no minor unit.",
        "Use a code like CNY, EUR or USD.",
    )
    REFERENCE_TAKEN = (
        "REFERENCE_TAKEN",
        "The bank has used this reference for another movement of money.",
        "Give each movement a reference of its own; if it is the same movement, nothing is to be done.",
    )
    INSTRUMENT_UNKNOWN = (
        "INSTRUMENT_UNKNOWN",
        "No such instrument is traded in this market.",
        "`exchange query listings` names what is on sale, and in which market.",
    )
    INSTRUMENT_EXISTS = (
        "INSTRUMENT_EXISTS",
        "The instrument was opened before, and is opened once.",
        "Nothing is to be done; its book may be halted and opened again.",
    )
    INSTRUMENT_NOT_OPEN = (
        "INSTRUMENT_NOT_OPEN",
        "The book is halted, closing or closed.",
        "Wait until it opens again; what is closed is gone, so look for a newer listing.",
    )
    INSTRUMENT_STATE = (
        "INSTRUMENT_STATE",
        "The book cannot come from its state into the one that is asked for.",
        "Look at its state (`exchange query listings`); what is closed stays closed.",
    )
    TERMS_CONFLICT = (
        "TERMS_CONFLICT",
        "The instrument's terms contradict each other, or the time, or whoever opens it.",
        "Correct what the detail names.",
    )
    FORM_DIFFERS = (
        "FORM_DIFFERS",
        "The instrument is not traded in a book of orders: it is auctioned, quoted or pooled.",
        "Use the commands of its form.",
    )
    CAPACITY_INSUFFICIENT = (
        "CAPACITY_INSUFFICIENT",
        "The seller would offer or owe more lots than it has registered or bought.",
        "Ask for less, or have more capacity registered.",
    )
    QUANTITY_OFF_LOT = (
        "QUANTITY_OFF_LOT",
        "The quantity is no multiple of what the instrument is traded in.",
        "Use a multiple of the step that the detail names.",
    )
    QUANTITY_TOO_SMALL = (
        "QUANTITY_TOO_SMALL",
        "The order is smaller than one of this instrument may be.",
        "Order at least what the detail names.",
    )
    QUANTITY_TOO_LARGE = (
        "QUANTITY_TOO_LARGE",
        "The order is larger than one of this instrument may be.",
        "Split it.",
    )
    PRICE_OFF_TICK = (
        "PRICE_OFF_TICK",
        "The price is no multiple of the step in which the instrument's price moves.",
        "Use a multiple of the step that the detail names.",
    )
    PRICE_OUTSIDE_COLLAR = (
        "PRICE_OUTSIDE_COLLAR",
        "The price lies beyond the band around the last trade, or the reference price.",
        "Name a price within the band that the detail names.",
    )
    PRICE_MISSING = (
        "PRICE_MISSING",
        "The order has no price, and needs one.",
        "Name a limit, or a protection price.",
    )
    EXPIRY_MISSING = (
        "EXPIRY_MISSING",
        "A good-till-date order does not say when it ends.",
        "Name `expires_at`.",
    )
    EXPIRY_PAST = (
        "EXPIRY_PAST",
        "The order would have ended before it was decided.",
        "Name a later `expires_at`.",
    )
    CONDITION_CONFLICT = (
        "CONDITION_CONFLICT",
        "One of the order's conditions cannot take effect beside another, or in the book's present state.",
        "Leave out the one that the detail names.",
    )
    OPPOSITE_SIDE_EMPTY = (
        "OPPOSITE_SIDE_EMPTY",
        "A market order found nobody on the other side whom it may trade with.",
        "Place an order with a limit, which rests.",
    )
    POST_ONLY_WOULD_TAKE = (
        "POST_ONLY_WOULD_TAKE",
        "An order that was to rest only would meet another at once.",
        "Name a price that does not cross, or leave out post-only.",
    )
    ORDERS_TOO_MANY = (
        "ORDERS_TOO_MANY",
        "The participant has as many open orders in the instrument as one may, or an auction has collected as many.",
        "Cancel some first, or wait until the book trades on.",
    )
    CANCELLING = (
        "CANCELLING",
        "Orders of this kind are being cancelled, more than one outcome holds.",
        "Try again in a moment.",
    )
    ASK_NOT_PERMITTED = (
        "ASK_NOT_PERMITTED",
        "The instrument sells at its posted price only, or another participant alone may sell it.",
        "Bid instead; to sell at another price, list the product again.",
    )
    BID_ON_OWN = (
        "BID_ON_OWN",
        "Buyer and seller are one, or have one beneficial owner.",
        "Nobody buys from itself: buy from another seller.",
    )
    FUNDS_INSUFFICIENT = (
        "FUNDS_INSUFFICIENT",
        "The purse in this market has less free than the order needs.",
        "Have a custodian confirm a deposit, or cancel other orders; `exchange query purses` shows what is free.",
    )
    PAYABLE_INSUFFICIENT = (
        "PAYABLE_INSUFFICIENT",
        "More is to be paid out than this market owes the participant.",
        "Pay at most what is owed; `exchange query balances` shows the accounts.",
    )
    AMOUNT_TOO_LARGE = (
        "AMOUNT_TOO_LARGE",
        "Quantity times price is more than one order may be worth.",
        "Order less at a time.",
    )
    BALANCE_TOO_LARGE = (
        "BALANCE_TOO_LARGE",
        "A purse, or all purses of a currency in this market, would hold more than they may.",
        "Deposit less, or into another market.",
    )
    FENCE_REFUSED = (
        "FENCE_REFUSED",
        "The fence does not admit this data to this buyer for this use; its codes say by which rules.",
        "Supply what the detail names, hold the safeguard that the code asks for, or buy something else:"
        " docs/errors.md lists the codes, `exchange query decisions` what each decision rests on.",
    )
    LICENCE_NOT_ACCEPTED = (
        "LICENCE_NOT_ACCEPTED",
        "The order does not name the digest of the licence that is on offer.",
        "Read the licence and name its digest in `use`; `exchange buy` does so itself.",
    )
    RULESET_NONE = (
        "RULESET_NONE",
        "No ruleset is in force, and without one nothing may cross.",
        "An operator activates one with `ActivateRuleset`.",
    )
    RULESET_UNKNOWN = (
        "RULESET_UNKNOWN",
        "No ruleset of this content is installed where this market is decided.",
        "Install the ruleset on every worker, then activate it again.",
    )
    RULESET_EARLIER = (
        "RULESET_EARLIER",
        "This market has adopted a ruleset that takes effect at this moment or after it.",
        "Activate it again with a later `effective_at`.",
    )
    CONFLICT_OF_INTEREST = (
        "CONFLICT_OF_INTEREST",
        "An assessor gave an opinion on this product and may not trade it, nor may those with the same owner.",
        "Have somebody else trade it.",
    )
    ORDER_UNKNOWN = (
        "ORDER_UNKNOWN",
        "The participant has no such order in this market.",
        "Use the `order_id` of its `OrderAccepted`, and the market it was placed in.",
    )
    ORDER_NOT_OPEN = (
        "ORDER_NOT_OPEN",
        "The order was filled or cancelled, and nothing of it is left.",
        "Nothing is to be done; `exchange query orders` shows what became of it.",
    )
    TRADE_UNKNOWN = (
        "TRADE_UNKNOWN",
        "There is no such trade in this market.",
        "Use the `trade_id` of its `TradeMatched`, and the market it was made in.",
    )
    PURCHASE_FINAL = (
        "PURCHASE_FINAL",
        "The purchase was accepted or refunded before; its first conclusion stands.",
        "Nothing is to be done; `exchange query trades` shows how it ended.",
    )
    POOL_INSTRUMENT = (
        "POOL_INSTRUMENT",
        "Pools buy lines: the instrument's form is pool, it has one seller, moves no data, its unit is Mbps-month, and"
        " its place and window, where it has any, are the pool's link and month.",
        "Name such an instrument, or have an operator open one with `OpenInstrument`; data is bought with an order.",
    )
    POOL_TIERS = (
        "POOL_TIERS",
        "A pool's tiers have to begin at or below the threshold and the list price, and only fall; the supply has to"
        " reach the threshold.",
        "Change what the detail names.",
    )
    POOL_TIMES = (
        "POOL_TIMES",
        "A pool has to close after it opens, in the future, and early enough to be approved before its month begins"
        " and before its instrument trades last.",
        "Change what the detail names.",
    )
    POOL_EXISTS = (
        "POOL_EXISTS",
        "There is a pool of this instrument for this month that has not ended.",
        "Commit to a share of that pool, or open one for another month.",
    )
    POOL_UNKNOWN = (
        "POOL_UNKNOWN",
        "There is no such pool in this market.",
        "`exchange query pools` names them; ask the market in which it was opened.",
    )
    POOL_NOT_OPEN = (
        "POOL_NOT_OPEN",
        "The pool takes no shares yet, or no more.",
        "Commit between the times that the detail names, or look for another pool.",
    )
    POOL_STATE = (
        "POOL_STATE",
        "The pool has to close before it is approved; what is approved or has ended changes no more.",
        "Look at its state (`exchange query pools`).",
    )
    POOL_FULL = (
        "POOL_FULL",
        "The pool has as many shares as it may: all deposits have to go back at once if it fails.",
        "Wait until somebody leaves, or join a buyer that has a share.",
    )
    SHARES_TOO_MANY = (
        "SHARES_TOO_MANY",
        "The participant has as many shares of this pool as one may have.",
        "Withdraw some and commit to one larger share.",
    )
    SHARE_TOO_LARGE = (
        "SHARE_TOO_LARGE",
        "The share is larger than all that the pool supplies.",
        "Commit to less.",
    )
    SHARE_UNKNOWN = (
        "SHARE_UNKNOWN",
        "The participant has no such share in this pool.",
        "Use the `share_id` of its `ShareCommitted`; one that was withdrawn is gone.",
    )
