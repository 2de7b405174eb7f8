"""Why the settlement refuses."""

from exchange.kernel.reasons import Why


class Reason(Why):
    """Why the settlement refuses."""

    PARTICIPANT_UNKNOWN = (
        "PARTICIPANT_UNKNOWN",
        "The settlement knows nobody of this name.",
        "Check the name (`exchange query participants`); who was just admitted is known here a moment later.",
    )
    PARTICIPANT_SUSPENDED = (
        "PARTICIPANT_SUSPENDED",
        "The participant is suspended.",
        "An operator reinstates it; until then it asks for nothing here.",
    )
    ROLE_MISSING = (
        "ROLE_MISSING",
        "The participant was not admitted in a role that may do this: banks quote, operators let money go.",
        "Have it done by a participant of the role that the detail names.",
    )
    CURRENCY_UNKNOWN = (
        "CURRENCY_UNKNOWN",
        "The code is not in ISO 4217, or its currency has no minor unit.",
        "Use a code like CNY, EUR or USD.",
    )
    GROUNDS_MISSING = (
        "GROUNDS_MISSING",
        "Nothing is said in the reason's place.",
        "Say in a few words why.",
    )
    REFERENCE_TAKEN = (
        "REFERENCE_TAKEN",
        "The bank has used this reference for another payment.",
        "Give each payment a reference of its own.",
    )
    QUOTE_CONFLICT = (
        "QUOTE_CONFLICT",
        "The quote's currencies or its rate contradict each other.",
        "Correct what the detail names.",
    )
    QUOTE_EXPIRY = (
        "QUOTE_EXPIRY",
        "The quote would be over before it begins, or stand for too long.",
        "Name an end between now and the bound that the detail names.",
    )
    QUOTES_TOO_MANY = (
        "QUOTES_TOO_MANY",
        "The bank has as many quotes as may be under way.",
        "Withdraw some, or wait until some run out.",
    )
    QUOTE_UNKNOWN = (
        "QUOTE_UNKNOWN",
        "There is no such quote on offer, or it is another bank's.",
        "Use the `quote_id` of a `FxQuoted` that has not run out.",
    )
    QUOTE_FOREIGN = (
        "QUOTE_FOREIGN",
        "The quote was given to somebody else.",
        "Ask the bank for a quote of your own.",
    )
    QUOTE_EXPIRED = (
        "QUOTE_EXPIRED",
        "The quote's time is over, or its bank has withdrawn it.",
        "Take a new quote; a rate is never used after its end.",
    )
    QUOTE_USED_UP = (
        "QUOTE_USED_UP",
        "More is asked for than is left of the quote.",
        "Convert less, or take another quote.",
    )
    CURRENCY_DIFFERS = (
        "CURRENCY_DIFFERS",
        "What is named is in another currency than what it is held against.",
        "Name the currencies that the detail names, or the right quote or account.",
    )
    AMOUNT_UNFIT = (
        "AMOUNT_UNFIT",
        "The amount would buy less than one minor unit, or more than may move at once.",
        "Convert more, or in several parts.",
    )
    CONVERSION_NOT_OPEN = (
        "CONVERSION_NOT_OPEN",
        "The conversion was answered before.",
        "Nothing is to be done.",
    )
    RUN_EXISTS = (
        "RUN_EXISTS",
        "There is one run for a currency and a value date, and there was one.",
        "Open a run for another value date.",
    )
    VALUE_DATE_UNFIT = (
        "VALUE_DATE_UNFIT",
        "The value date is no day of the calendar, or is over.",
        "Name today, or a day to come.",
    )
    PAYOUT_UNKNOWN = (
        "PAYOUT_UNKNOWN",
        "No such net set is under way: it was paid, undone, or never proposed.",
        "Use the `set_id` of a `PayoutProposed`.",
    )
    NET_SET_DIFFERS = (
        "NET_SET_DIFFERS",
        "The digest is not that of the net set.",
        "Look at the set again, and name its digest if it is right.",
    )
    RELEASED_BY_SAME = (
        "RELEASED_BY_SAME",
        "It takes two persons to release this, to clear it out of suspense or to raise a limit; this is the same one.",
        "Have another operator, or the governance, say the same.",
    )
    PAYOUT_RELEASED = (
        "PAYOUT_RELEASED",
        "The net set is released already.",
        "The bank pays it now, or says that it cannot.",
    )
    PAYOUT_NOT_RELEASED = (
        "PAYOUT_NOT_RELEASED",
        "The bank speaks of a net set that is not released.",
        "Have it released first.",
    )
    PAYEE_UNCHANGED = (
        "PAYEE_UNCHANGED",
        "This very account is named already.",
        "Nothing is to be done.",
    )
    PAYEE_MISSING = (
        "PAYEE_MISSING",
        "Nobody had said to which account the set is paid when its run was opened.",
        "Have its owner name an account, have the bank fail the payment, and open another run.",
    )
    ACCOUNT_WRONG = (
        "ACCOUNT_WRONG",
        "The account reads like an IBAN with wrong check digits, or is longer than any account.",
        "Compare it with what its holder gave; a digit is wrong, or two changed places.",
    )
    SET_IN_FILE = (
        "SET_IN_FILE",
        "Another payment file has the net set already.",
        "Write that file again (`exchange settlement payment-file FILE`): it has the same bytes.",
    )
    SETS_CONFLICT = (
        "SETS_CONFLICT",
        "The net sets cannot be in one file: one is named twice, or they have several value dates.",
        "Name each set once, and those of one value date.",
    )
    PAYOUT_ELSEWHERE = (
        "PAYOUT_ELSEWHERE",
        "The payment file that has the net set is another bank's.",
        "The bank that the detail names answers for it.",
    )
    PAYMENT_UNKNOWN = (
        "PAYMENT_UNKNOWN",
        "The bank has paid no such net set lately, or it came back before.",
        "Use the `set_id` of a `PayoutPaid` of the last 90 days.",
    )
    SUSPENSE_CREDITING = (
        "SUSPENSE_CREDITING",
        "The movement is being credited to a participant.",
        "Wait a moment: it leaves suspense, or its market says why not.",
    )
    SUSPENSE_DIRECTION = (
        "SUSPENSE_DIRECTION",
        "The movement took money out of the account, so that there is nothing to credit.",
        "Have the bank send it back, or book it.",
    )
    ACCOUNT_EXISTS = (
        "ACCOUNT_EXISTS",
        "The account, or one of the same bank and currency, was named before.",
        "Use that one.",
    )
    ACCOUNT_UNKNOWN = (
        "ACCOUNT_UNKNOWN",
        "The statement is of an account that is none of the exchange's.",
        "Check the account, and whose statement it is.",
    )
    ACCOUNT_NOT_OWN = (
        "ACCOUNT_NOT_OWN",
        "The statement is of an account at another bank.",
        "Have it imported by that bank, or by an operator.",
    )
    STATEMENT_REPEATED = (
        "STATEMENT_REPEATED",
        "This very statement was imported before, and books once.",
        "Nothing is to be done.",
    )
    STATEMENT_CONFLICT = (
        "STATEMENT_CONFLICT",
        "Another content was imported under the same statement id.",
        "Ask the bank which of the two is right.",
    )
    STATEMENT_UNBALANCED = (
        "STATEMENT_UNBALANCED",
        "Its lines do not lead from its opening to its closing balance, or one is missing, or it is an advice.",
        "Check that the file is whole; ask the bank for it again.",
    )
    STATEMENT_GAP = (
        "STATEMENT_GAP",
        "The statement does not begin where the last one ended.",
        "Import the statements that lie between first.",
    )
    SUSPENSE_UNKNOWN = (
        "SUSPENSE_UNKNOWN",
        "No such line is in suspense.",
        "Use the `line_id` of a `LineSetAside` that was not cleared.",
    )
    PROGRAMME_EXISTS = (
        "PROGRAMME_EXISTS",
        "A subsidy programme of this id was opened before.",
        "Choose another id.",
    )
    PROGRAMME_UNKNOWN = (
        "PROGRAMME_UNKNOWN",
        "There is no such subsidy programme.",
        "Use the id of a `SubsidyProgrammeOpened`; `exchange query subsidy_programmes` shows them.",
    )
    SUBSIDY_NOT_ADMITTED = (
        "SUBSIDY_NOT_ADMITTED",
        "The participant may not claim from this programme.",
        "Have an operator or the governance admit it with `AdmitToSubsidy`.",
    )
    SUBSIDY_CLAIMED = (
        "SUBSIDY_CLAIMED",
        "The participant has claimed for this reference before; it is paid for once.",
        "Nothing is to be done, or name what else is claimed for.",
    )
    SUBSIDY_CAP = (
        "SUBSIDY_CAP",
        "The participant has had all of its cap in this window.",
        "Claim again in the next window; `exchange query subsidy_usage` shows what is left.",
    )
    SUBSIDY_FUND_SHORT = (
        "SUBSIDY_FUND_SHORT",
        "No money of the programme's sponsor is left: nothing is paid of what is only promised.",
        "Claim again once the sponsor has paid more in.",
    )
    AGREEMENT_EXISTS = (
        "AGREEMENT_EXISTS",
        "An agreement of this id is in force.",
        "Choose another id.",
    )
    AGREEMENT_UNKNOWN = (
        "AGREEMENT_UNKNOWN",
        "There is no such agreement, or another one pays under it.",
        "Use the id of your `RevenueShareAgreed`.",
    )
    SHARES_CONFLICT = (
        "SHARES_CONFLICT",
        "Two shares have the same id.",
        "Give each share an id of its own.",
    )
    GUARANTEE_UNPAID = (
        "GUARANTEE_UNPAID",
        "The agreement's guarantee has not been paid yet.",
        "Wait a moment; if it could not be paid, the agreement has to be recorded again.",
    )
    PERIOD_REPORTED = (
        "PERIOD_REPORTED",
        "The period's revenue was reported before.",
        "Name another period.",
    )
    BILLING_UNFIT = (
        "BILLING_UNFIT",
        "No invoice could be written of these billing details.",
        "Correct what the detail names.",
    )
    INVOICED_ALREADY = (
        "INVOICED_ALREADY",
        "The sale was invoiced before, and is invoiced once.",
        "Nothing is to be done.",
    )
    CREDITED_ALREADY = (
        "CREDITED_ALREADY",
        "What this goes back for was credited before, and is credited once.",
        "Nothing is to be done.",
    )
    CREDIT_TOO_LARGE = (
        "CREDIT_TOO_LARGE",
        "More would be credited than is left of the invoice.",
        "Look at the invoice and its credit notes: `exchange invoice show`.",
    )
    INVOICE_UNKNOWN = (
        "INVOICE_UNKNOWN",
        "There is no such invoice, or it is to somebody else, or it is a credit note.",
        "Use the number of an invoice that is to you (`exchange invoice list --buyer`).",
    )
    INVOICE_IN_DISPUTE = (
        "INVOICE_IN_DISPUTE",
        "What the invoice is for is in dispute.",
        "Settle the dispute (`exchange purchase settle`), then answer the invoice.",
    )
    RESPONSE_OUT_OF_TURN = (
        "RESPONSE_OUT_OF_TURN",
        "The response does not follow from the last one.",
        "Give one that the detail names, if there is one.",
    )
    RESPONSE_REASONS_UNFIT = (
        "RESPONSE_REASONS_UNFIT",
        "A query, an acceptance on conditions and a rejection have reasons; the other responses have none.",
        "Give one of REF, QTY and OTH with UQ, CA and RE, and none otherwise.",
    )
    INVOICE_UNPAID = (
        "INVOICE_UNPAID",
        "What the invoice is for was bought on credit, and not all of it is paid.",
        "Have the rest deposited, or pay it out of cash with `PayBill` (`exchange invoice pay`).",
    )
    INVOICE_NOT_PAID = (
        "INVOICE_NOT_PAID",
        "All of the invoice went back, so that nothing of it is paid.",
        "Nothing is to be done.",
    )
    CLAIM_NOT_OPEN = (
        "CLAIM_NOT_OPEN",
        "The claim was answered before.",
        "Nothing is to be done.",
    )
