"""Why a market refuses. Long, because every reason says in words what brings it about and what to do."""

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
        "The instrument is traded in another form: in a book, by auction, by quotes, in a pool or by a price plan.",
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
    DISPLAY_TOO_SMALL = (
        "DISPLAY_TOO_SMALL",
        "The order would show too small a part of itself at a time; in an auction each part may be a trade of its own.",
        "Show at least the part that the detail names, or split the order.",
    )
    OPPOSITE_SIDE_EMPTY = (
        "OPPOSITE_SIDE_EMPTY",
        "A market order found nobody on the other side.",
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
    USES_TOO_MANY = (
        "USES_TOO_MANY",
        "The participant's open bids in the book name as many different uses as one may.",
        "Cancel the bids for one of the uses first, or bid for a use that is named already.",
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
        "The purse in this market has less free, in cash and in credit, than this needs.",
        "Have a custodian confirm a deposit, or cancel other orders; `exchange query purses` shows what is free.",
    )
    NET_SET_UNKNOWN = (
        "NET_SET_UNKNOWN",
        "No such net set is held in this market: it was paid or undone before.",
        "Nothing is to be done.",
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
    NO_DESTINATION = (
        "NO_DESTINATION",
        "The fence bars a listing from every place and purpose that its licence permits, whatever a buyer brings.",
        "The codes say by which rules; register a version with another licence or another place, and list that.",
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
        "The last word on the purchase was said before, and stands.",
        "Nothing is to be done; `exchange query trades` shows how it ended.",
    )
    PURCHASE_NOT_ACCEPTED = (
        "PURCHASE_NOT_ACCEPTED",
        "The purchase is not accepted yet, so its money is still in escrow.",
        "Refund all of it with `RefundPurchase`, or wait until it is accepted.",
    )
    PURCHASE_DISPUTED = (
        "PURCHASE_DISPUTED",
        "A dispute holds the money of the purchase until its parties agree or the panel rules.",
        "Propose a settlement, or wait for the ruling; `exchange query disputes` shows how far it is.",
    )
    GROUNDS_MISSING = (
        "GROUNDS_MISSING",
        "What is asked for takes something from another participant and says no grounds.",
        "Say why, so that it can be answered.",
    )
    PART_TOO_LARGE = (
        "PART_TOO_LARGE",
        "The part that is accepted is all of the purchase, or more.",
        "Accept all of it with `AcceptDelivery`, or name a smaller part.",
    )
    REJECTED_ALREADY = (
        "REJECTED_ALREADY",
        "The buyer rejected the delivery before and accepts no more of it now.",
        "Wait for the seller's answer, or accept more.",
    )
    REJECTION_NONE = (
        "REJECTION_NONE",
        "The buyer has rejected nothing of the purchase, or has taken that back.",
        "Refund it with `RefundPurchase` if it is to be refunded.",
    )
    REFUND_TAKEN = (
        "REFUND_TAKEN",
        "The purchase was refunded under this reference before.",
        "Nothing is to be done; if it is for something else, name another reference.",
    )
    REFUND_TOO_LARGE = (
        "REFUND_TOO_LARGE",
        "The refund is more than what is left of the purchase.",
        "Refund at most what the detail says; `exchange query refunds` shows what went back.",
    )
    REFUNDS_TOO_MANY = (
        "REFUNDS_TOO_MANY",
        "The purchase was refunded in as many parts as it may be.",
        "Refund the whole rest at once.",
    )
    DISPUTE_NONE = (
        "DISPUTE_NONE",
        "The purchase is in no dispute.",
        "Its buyer or its seller opens one with `OpenDispute`.",
    )
    DISPUTE_LATE = (
        "DISPUTE_LATE",
        "The purchase was accepted too long ago to be disputed.",
        "Ask its seller for a refund.",
    )
    NOTHING_HELD = (
        "NOTHING_HELD",
        "The seller was paid for the purchase, so there is nothing a dispute could hold.",
        "Ask its seller for a refund.",
    )
    BEING_PAID = (
        "BEING_PAID",
        "The seller is being paid for the purchase, so a dispute can hold nothing of it now.",
        "Open it again if the net set comes back, or ask its seller for a refund.",
    )
    EVIDENCE_KNOWN = (
        "EVIDENCE_KNOWN",
        "The party has filed this document before.",
        "Nothing is to be done.",
    )
    EVIDENCE_TOO_MUCH = (
        "EVIDENCE_TOO_MUCH",
        "The party has filed as many documents as it may.",
        "Wait for the ruling, or propose a settlement.",
    )
    RULING_TOO_LARGE = (
        "RULING_TOO_LARGE",
        "The buyer cannot get so much of what the dispute holds.",
        "Name at most what the detail says.",
    )
    PANEL_UNFIT = (
        "PANEL_UNFIT",
        "The three who rule are not one of each constituency, are not three, or a party is among them.",
        "Name a panel that the detail does not object to.",
    )
    WITHDRAWAL_NOT_OPEN = (
        "WITHDRAWAL_NOT_OPEN",
        "No such withdrawal is under way: it was never asked for, or the bank has paid or rejected it.",
        "Use the `withdrawal_id` of its `WithdrawalRequested`; `exchange query withdrawals` shows those there are.",
    )
    WITHDRAWALS_TOO_MANY = (
        "WITHDRAWALS_TOO_MANY",
        "As many withdrawals of the participant are under way as it may have.",
        "Wait until the bank has paid or rejected some of them.",
    )
    PENALTY_CHARGED = (
        "PENALTY_CHARGED",
        "A penalty was charged for this trade before; it is charged once.",
        "Nothing is to be done; `exchange query penalties` shows it.",
    )
    PENALTY_NOT_AGREED = (
        "PENALTY_NOT_AGREED",
        "The instrument's terms name no penalty, so none was agreed on.",
        "Nothing can be charged; name `penalty_bp` in the terms of instruments to come.",
    )
    PENALTY_TOO_LARGE = (
        "PENALTY_TOO_LARGE",
        "More is said to have come late than is sold.",
        "Name at most what the detail says.",
    )
    PENALTY_UNKNOWN = (
        "PENALTY_UNKNOWN",
        "No penalty stands for this trade: none was charged, or it was taken back.",
        "Nothing is to be done; `exchange query penalties` shows those there were.",
    )
    TRANSFERS_TOO_MANY = (
        "TRANSFERS_TOO_MANY",
        "As many transfers of the participant are in transit to other markets as it may have.",
        "Wait until some have arrived or come back; `exchange query money_transfers` shows them.",
    )
    TRANSFER_NOT_OPEN = (
        "TRANSFER_NOT_OPEN",
        "No such transfer is in transit: it arrived, or came back.",
        "Nothing is to be done.",
    )
    PURSE_SAME = (
        "PURSE_SAME",
        "Both markets are kept in one partition, where a participant has one purse for them.",
        "Nothing is to be done: the money can be used in both already, and is back in the purse.",
    )
    WALLET_EXISTS = (
        "WALLET_EXISTS",
        "This bank keeps e-CNY for this market already.",
        "Nothing is to be done.",
    )
    WALLET_UNKNOWN = (
        "WALLET_UNKNOWN",
        "No e-CNY is kept at this bank for this market.",
        "Name a bank that the detail names, or have an operator open a wallet with `OpenEcnyWallet`.",
    )
    WALLET_SHORT = (
        "WALLET_SHORT",
        "The wallet at this bank holds less e-CNY for this market than is to become CNY there.",
        "Convert it at another bank, or in parts; `exchange query ecny_wallets` shows what each holds.",
    )
    SCHEDULE_EARLIER = (
        "SCHEDULE_EARLIER",
        "The fees, or a tax, would change in the past, or before a schedule that is set already.",
        "Name a later `valid_from`, or none for now.",
    )
    SCHEDULES_TOO_MANY = (
        "SCHEDULES_TOO_MANY",
        "As many schedules are set for times to come as may be.",
        "Set it once some of them are in force.",
    )
    BILL_NONE = (
        "BILL_NONE",
        "Nothing is owed for the purchase: it was paid, not bought on credit, or is not accepted yet.",
        "Nothing is to be done; `exchange query bills` shows what is owed.",
    )
    BILL_SMALLER = (
        "BILL_SMALLER",
        "Less is owed for the purchase than would be paid.",
        "Pay at most what the detail names, or name no amount to pay all of it.",
    )
    SERVICE_FEE_NONE = (
        "SERVICE_FEE_NONE",
        "The schedule in force asks for no service fee.",
        "Set a schedule that does with `SetFeeSchedule`.",
    )
    SERVICE_FEE_PAID = (
        "SERVICE_FEE_PAID",
        "The buyer has paid the service fee, which is asked once.",
        "Nothing is to be done.",
    )
    BROKER_IS_SELLER = (
        "BROKER_IS_SELLER",
        "The broker and the seller have one beneficial owner.",
        "Appoint somebody else.",
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
    LINE_UNKNOWN = (
        "LINE_UNKNOWN",
        "Nobody has recorded a line of this name in this market.",
        "`exchange line show` names them; an operator records one with `RecordLine`.",
    )
    LINE_PROMISED = (
        "LINE_PROMISED",
        "Somebody has bought of the line, to whom it would promise less than it did, or another place.",
        "Promise less once the terms are over that were sold, or record it under another name.",
    )
    LINE_HOURS = (
        "LINE_HOURS",
        "The hours are not whole, not over, too long ago, or were never measured; or a way round would end too soon or"
        " too late.",
        "Name the times that the detail says; an hour is measured within three days.",
    )
    LINE_MEASURED = (
        "LINE_MEASURED",
        "One of the hours was measured before, and an hour is measured once.",
        "Measure the others; an operator corrects what was measured wrong, and says on what grounds.",
    )
    LINE_CAPACITY = (
        "LINE_CAPACITY",
        "More was measured than the line can carry.",
        "Check the reading, or have the line's capacity recorded as it is.",
    )
    LINES_TOO_MANY = (
        "LINES_TOO_MANY",
        "As many lines are recorded as one market may have.",
        "Record it in another market.",
    )
    LINE_PATH_BROKEN = (
        "LINE_PATH_BROKEN",
        "The lines do not lead from one end to the other, one after the other and through no place twice.",
        "Name lines that join, in the order of the way; `exchange line show` says what each connects.",
    )
    LINE_OUT_OF_SERVICE = (
        "LINE_OUT_OF_SERVICE",
        "A line of the way round is not in service, or is the line that it is to lead round.",
        "Name other lines, or wait until it is recorded as in service.",
    )
    LINE_NOT_SOLD = (
        "LINE_NOT_SOLD",
        "The instrument is not sold of this line.",
        "Name one whose place of delivery is the line, or a line's listing that no other line is recorded for.",
    )
    REROUTE_NONE = (
        "REROUTE_NONE",
        "What was sold of the line goes no other way round.",
        "Nothing is to be done.",
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
    INSTRUMENT_AUCTIONED = (
        "INSTRUMENT_AUCTIONED",
        "The instrument is being auctioned, or was sold exclusively and the right to it still lasts.",
        "Bid in the auction (`exchange query auctions`), or wait until it is over.",
    )
    NOT_AUCTIONABLE = (
        "NOT_AUCTIONABLE",
        "The instrument sells at a posted price, or is sold by many.",
        "Auction an instrument that has one seller and no posted price: list the product with `book` `auction`.",
    )
    ORDERS_OPEN = (
        "ORDERS_OPEN",
        "Orders, awards or subscriptions of the instrument are open, and it is not sold in two ways at once.",
        "Wait until they have ended (`exchange query book`, `exchange query rfq_board`), then open the auction.",
    )
    AUCTION_TIMES = (
        "AUCTION_TIMES",
        "A phase of the auction would end before it begins, or the whole would last more than 366 days.",
        "Let committing end in the future, and revealing a second or more later.",
    )
    AUCTION_PRICES = (
        "AUCTION_PRICES",
        "A Dutch auction's floor lies above the price it begins at.",
        "Begin at the floor or above it.",
    )
    DEPOSIT_TOO_LARGE = (
        "DEPOSIT_TOO_LARGE",
        "The deposit is more than the reserve price comes to, and it counts towards the price.",
        "Ask for a deposit of at most the reserve.",
    )
    AUCTION_UNKNOWN = (
        "AUCTION_UNKNOWN",
        "There is no such auction in this market.",
        "Use the `auction_id` of its `AuctionOpened`, and the market it is held in (`exchange query auctions`).",
    )
    AUCTION_OVER = (
        "AUCTION_OVER",
        "The auction was settled or cancelled, or its time is up.",
        "Nothing is to be done; `exchange query auctions` shows how it ended.",
    )
    AUCTION_KIND = (
        "AUCTION_KIND",
        "Sealed bids are committed and revealed, a Dutch auction is taken; this one is of the other kind.",
        "Use the command that the detail names.",
    )
    AUCTION_FULL = (
        "AUCTION_FULL",
        "As many have committed to the auction as it takes.",
        "Wait for the next auction; nothing was deposited.",
    )
    BIDS_COMMITTED = (
        "BIDS_COMMITTED",
        "Somebody has committed to the auction, which binds its seller too.",
        "Let it run to its end.",
    )
    COMMITTING_OVER = (
        "COMMITTING_OVER",
        "The time for commitments is over, and bids are being revealed.",
        "Reveal what was committed before; a new bid has to wait for another auction.",
    )
    REVEALING_NOT_BEGUN = (
        "REVEALING_NOT_BEGUN",
        "Bids may still be committed, so none may be told.",
        "Reveal after the auction's `commit_until`.",
    )
    BID_UNKNOWN = (
        "BID_UNKNOWN",
        "The participant has no bid in this auction that can be revealed.",
        "Only what was committed in time can be revealed (`exchange query auction_bids`).",
    )
    BID_REVEALED = (
        "BID_REVEALED",
        "The bid was revealed before.",
        "Nothing is to be done.",
    )
    COMMITMENT_MISMATCH = (
        "COMMITMENT_MISMATCH",
        "Price and salt are not what the bid's commitment is the digest of.",
        "Reveal exactly what was committed to, as often as it takes, before the auction's `reveal_until`.",
    )
    PRICE_TOO_HIGH = (
        "PRICE_TOO_HIGH",
        "The Dutch auction's price is above what the buyer would pay at most.",
        "Wait until it has fallen, or take it with a higher `price_max`.",
    )
    TIME_OUT_OF_RANGE = (
        "TIME_OUT_OF_RANGE",
        "The moment that is named has passed already, or lies further ahead than it may.",
        "Name a later moment, or an earlier one; the detail says between which it may lie.",
    )
    RULINGS_TOO_MANY = (
        "RULINGS_TOO_MANY",
        "As many rulings hold for this product or instrument as may.",
        "Withdraw those that are not needed any more, or rule for any buyer at once.",
    )
    REQUEST_UNKNOWN = (
        "REQUEST_UNKNOWN",
        "No such request for quotations is open in this market: it has ended, or never was.",
        "Use the `request_id` of its `QuotesRequested`; `exchange query rfq_board` shows those that are open.",
    )
    REQUEST_CLOSED = (
        "REQUEST_CLOSED",
        "The deadline for quotes has passed, or all that was requested is traded.",
        "Look for another request (`exchange query rfq_board`); quotes given in time stand while they are valid.",
    )
    REQUESTS_TOO_MANY = (
        "REQUESTS_TOO_MANY",
        "The buyer has as many requests open as it may.",
        "Withdraw those that are not needed any more, or wait until one ends.",
    )
    QUALITY_MISSING = (
        "QUALITY_MISSING",
        "A sample is to be accepted first, but no measure says when it is good enough.",
        "Name a quality measure and its threshold, or ask for no sample.",
    )
    NOT_INVITED = (
        "NOT_INVITED",
        "The request is for the sellers that its buyer has invited only.",
        "Ask the buyer for an invitation, or quote on a request that is open to all.",
    )
    INSTRUMENT_FOREIGN = (
        "INSTRUMENT_FOREIGN",
        "A quote names an instrument of the seller's own, and this one is another's.",
        "List the product yourself, and quote with its instrument.",
    )
    QUOTE_UNFIT = (
        "QUOTE_UNFIT",
        "The instrument trades in another currency or by another unit than the request asks for.",
        "Quote with an instrument whose currency and unit are those of the request.",
    )
    QUOTE_TOO_LARGE = (
        "QUOTE_TOO_LARGE",
        "The quote offers more than is requested.",
        "Offer at most the quantity of the request; the detail names it.",
    )
    QUOTES_TOO_MANY = (
        "QUOTES_TOO_MANY",
        "As many sellers as may have quoted for the request, or this one as often as it may, replaced ones included.",
        "The buyer can make a new request.",
    )
    QUOTE_UNKNOWN = (
        "QUOTE_UNKNOWN",
        "There is no such quote in this market, or its request has ended.",
        "Use the `quote_id` of its `QuoteGiven`; `exchange query quotes` shows those of a request.",
    )
    QUOTE_EXPIRED = (
        "QUOTE_EXPIRED",
        "The quote was valid until a moment that has passed.",
        "Ask the seller for a new quote, or award another one.",
    )
    QUOTE_ENDED = (
        "QUOTE_ENDED",
        "The quote was withdrawn, or replaced by a newer one of its seller.",
        "Look for the seller's newest quote (`exchange query quotes`).",
    )
    QUOTE_AWARDED = (
        "QUOTE_AWARDED",
        "The quote has been awarded, all or in part, and binds its seller while it is valid.",
        "End the award first, where that is still possible; then withdraw or replace the quote.",
    )
    AWARD_TOO_LARGE = (
        "AWARD_TOO_LARGE",
        "More would be awarded than the quote still offers, or than is left of the request.",
        "Award at most what the detail says is left.",
    )
    AWARDS_TOO_MANY = (
        "AWARDS_TOO_MANY",
        "The request has been awarded as many times as it may.",
        "Make a new request for the rest.",
    )
    AWARD_UNKNOWN = (
        "AWARD_UNKNOWN",
        "No such award is under way in this market: it was traded, or has ended, or never was.",
        "Use the `award_id` of its `QuoteAwarded`; `exchange query awards` shows what became of each.",
    )
    AWARDS_OPEN = (
        "AWARDS_OPEN",
        "An award of the request is still under way.",
        "Accept or reject its sample, or end the award; then the request can be withdrawn.",
    )
    MEASURE_MISSING = (
        "MEASURE_MISSING",
        "The sample does not say, exactly once, what the measure comes to that the request asks for.",
        "Measure it, and name its value; the detail names the measure.",
    )
    SAMPLE_WAITING = (
        "SAMPLE_WAITING",
        "A sample of this award has been submitted and not been answered yet.",
        "Wait for the buyer's answer; if none comes in time, the measured value decides.",
    )
    SAMPLE_NONE = (
        "SAMPLE_NONE",
        "No sample of this award waits for an answer.",
        "Wait until the seller submits one (`exchange query samples`).",
    )
    PLAN_INSTRUMENT = (
        "PLAN_INSTRUMENT",
        "A price plan is a standing ask of one seller: not for what is auctioned, quoted, pooled, traded by capacity or"
        " within a collar.",
        "Use the commands of the instrument's own form.",
    )
    PLAN_TIERS = (
        "PLAN_TIERS",
        "A plan's tiers have to begin at 0 units and to rise; a flat price has only one.",
        "Change what the detail names.",
    )
    PLAN_TERMS = (
        "PLAN_TERMS",
        "What a plan counts, how it is sold, and what becomes of what is left contradict each other.",
        "Change what the detail names.",
    )
    PLAN_UNKNOWN = (
        "PLAN_UNKNOWN",
        "The instrument has no price plan.",
        "Its seller sets one with `SetPricePlan`; `exchange query price_plans` shows those there are.",
    )
    PLAN_SALE = (
        "PLAN_SALE",
        "The instrument's plan sells in another way.",
        "Buy units where they are sold once, subscribe where periods are; only calls and bytes are topped up.",
    )
    PLAN_IN_USE = (
        "PLAN_IN_USE",
        "Subscriptions are open by the plan, or purchases count what another plan would not.",
        "Announce other prices with `AnnouncePrice`, or wait until they have ended.",
    )
    PRICE_TOO_SOON = (
        "PRICE_TOO_SOON",
        "Other prices of a subscription are announced a whole period ahead.",
        "Name an `effective_at` that is not before the moment in the detail.",
    )
    PRICE_HIGHER = (
        "PRICE_HIGHER",
        "The plan's price for it is more than the buyer said it may cost.",
        "Look at the plan (`exchange query price_plans`) and say a higher `amount_max_minor`, or buy less.",
    )
    AMOUNT_TOO_SMALL = (
        "AMOUNT_TOO_SMALL",
        "The price of so few units rounds to nothing.",
        "Buy more at a time.",
    )
    SEATS_INSUFFICIENT = (
        "SEATS_INSUFFICIENT",
        "The licence has not so many seats left.",
        "Take fewer, or wait until some are free; `exchange query units_bought` shows until when they are taken.",
    )
    PREPAID_TOO_MANY = (
        "PREPAID_TOO_MANY",
        "The buyer has as many purchases with something left of the instrument as one may have.",
        "Use some of it up, and buy more at a time.",
    )
    PREPAID_TOO_LARGE = (
        "PREPAID_TOO_LARGE",
        "More calls or bytes would be prepaid of the instrument than one buyer's balance may hold, or ever have held.",
        "Buy fewer, or use some of what is left up first.",
    )
    USAGE_TOO_LARGE = (
        "USAGE_TOO_LARGE",
        "More calls or bytes would be owed than a balance may hold: so much was never bought.",
        "Check the meter's reading; where it is right, have units bought first.",
    )
    ENTITLEMENT_UNKNOWN = (
        "ENTITLEMENT_UNKNOWN",
        "No such entitlement runs in this market: it is over, was refunded, or moves no data and rests on no decision.",
        "Use the id of its `EntitlementGranted`; `exchange query entitlements` shows what became of it.",
    )
    ENTITLEMENT_SUSPENDED = (
        "ENTITLEMENT_SUSPENDED",
        "The fence revoked what the entitlement rests on; while it is suspended nothing of its price is credited.",
        "`exchange purchase show` tells why. It resumes when the ground is gone; its buyer may end it.",
    )
    ENTITLEMENT_RUNS = (
        "ENTITLEMENT_RUNS",
        "Its buyer may end an entitlement only while it is suspended.",
        "Ask its seller for a refund, or cancel the subscription that it belongs to.",
    )
    BALANCE_UNKNOWN = (
        "BALANCE_UNKNOWN",
        "The buyer has never bought prepaid units of the instrument.",
        "Check both names; `exchange query prepaid_balances` shows who has what.",
    )
    TOP_UP_NONE = (
        "TOP_UP_NONE",
        "There is no top-up to end.",
        "Nothing is to be done.",
    )
    SUBSCRIPTION_UNKNOWN = (
        "SUBSCRIPTION_UNKNOWN",
        "There is no such subscription in this market, or it has ended.",
        "Use the `subscription_id` of its `SubscriptionStarted`; `exchange query subscriptions` shows how it ended.",
    )
    SUBSCRIPTION_ENDING = (
        "SUBSCRIPTION_ENDING",
        "The subscription was cancelled before and ends with its period.",
        "Nothing is to be done; its buyer may still end it at once.",
    )
    SUBSCRIPTIONS_TOO_MANY = (
        "SUBSCRIPTIONS_TOO_MANY",
        "The buyer has as many open subscriptions in this market as one may have.",
        "Cancel some first, or take more units by one.",
    )
