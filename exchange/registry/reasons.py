"""Why the registry refuses."""

from exchange.kernel.reasons import Why


class Reason(Why):
    """Why the registry refuses."""

    PARTICIPANT_UNKNOWN = (
        "PARTICIPANT_UNKNOWN",
        "Nobody of this name was admitted.",
        "Check the name (`exchange query participants`), or have an operator admit it first.",
    )
    PARTICIPANT_EXISTS = (
        "PARTICIPANT_EXISTS",
        "The name is taken: by a participant, or by the exchange itself.",
        "Choose another name; a name is given once and never again.",
    )
    PARTICIPANT_SUSPENDED = (
        "PARTICIPANT_SUSPENDED",
        "The participant is suspended, and takes no part until it is reinstated.",
        "An operator reinstates it with `ReinstateParticipant`.",
    )
    PARTICIPANT_ACTIVE = (
        "PARTICIPANT_ACTIVE",
        "The participant is not suspended, so there is nothing to reinstate.",
        "Nothing is to be done; check the name if another one was meant.",
    )
    PARTICIPANT_SAME = (
        "PARTICIPANT_SAME",
        "The participant is described so already.",
        "Name what is otherwise now; see how it is described with `exchange query participants`.",
    )
    OPERATOR_LAST = (
        "OPERATOR_LAST",
        "It is the only active operator, and without one nobody could admit, suspend or reinstate any more.",
        "Admit another operator first, or reinstate one.",
    )
    ROLE_IN_USE = (
        "ROLE_IN_USE",
        "What it has on offer needs a seller.",
        "Withdraw the listing that the detail names, and its others; running entitlements go on.",
    )
    OWNER_SPLITS = (
        "OWNER_SPLITS",
        "Its group was found to split personal information this year, which would not count for it any more.",
        "Have the governance withdraw the finding, or find the new owner's group to split as well.",
    )
    COMMITMENT_INVALID = (
        "COMMITMENT_INVALID",
        "The signature is not that of the given key over this participant's commitment.",
        "Sign the commitment again with the key that is named; `exchange.sdk.sign_commitment` does it.",
    )
    CURRENCY_UNKNOWN = (
        "CURRENCY_UNKNOWN",
        "The code is not in ISO 4217, or its currency has no minor unit.",
        "Use a code like CNY, EUR or USD.",
    )
    ROLE_MISSING = (
        "ROLE_MISSING",
        "The participant was not admitted in a role that may do this; the detail names those that may.",
        "Have it done by a participant of that role. The very first participant is an operator who admits itself.",
    )
    PRODUCT_UNKNOWN = (
        "PRODUCT_UNKNOWN",
        "No product of this name was drafted in this version.",
        "Check its name and its version, or draft it first.",
    )
    PRODUCT_EXISTS = (
        "PRODUCT_EXISTS",
        "This version was drafted before, and a version never changes.",
        "Draft it as a new version.",
    )
    PRODUCT_NOT_OWN = (
        "PRODUCT_NOT_OWN",
        "The product or its listing is another seller's.",
        "Speak as that seller, or choose another product name; an operator may suspend or withdraw a listing.",
    )
    PRODUCT_TOO_LARGE = (
        "PRODUCT_TOO_LARGE",
        "The description takes more bytes than a product version may have.",
        "Say it shorter: shorten the description, or the lists of its traits and its licence.",
    )
    FIELDS_ALIKE = (
        "FIELDS_ALIKE",
        "Two declared fields of a product version have the same name.",
        "Name each field once.",
    )
    FIELD_SOURCE_UNKNOWN = (
        "FIELD_SOURCE_UNKNOWN",
        "A declared field is said to be made from something that the product version is not made from.",
        "Name it among the upstream as well, or leave it out of the field's `made_from`.",
    )
    PRODUCT_STATE = (
        "PRODUCT_STATE",
        "The version is not at the step that this needs: drafted, opinions filed, registered, listed.",
        "Do the step that the detail names first; what an opinion failed stays so, and takes a new version.",
    )
    CLASS_SAME = (
        "CLASS_SAME",
        "The product version is described so already.",
        "Name what is otherwise; what it inherits is lifted by a counter or an operator of another owner.",
    )
    CLASS_MILDER = (
        "CLASS_MILDER",
        "By its own seller's word a product version becomes graver only, never milder.",
        "Have a counter or an operator of another owner say it, with the evidence.",
    )
    ASSESSOR_CONFLICT = (
        "ASSESSOR_CONFLICT",
        "Assessor and seller are one, or have one beneficial owner.",
        "Have another assessor file the opinion.",
    )
    OPINION_MISSING = (
        "OPINION_MISSING",
        "An opinion that comes first was not filed: compliance before quality, both before registration.",
        "Have an assessor file the missing opinion with `FileOpinion`.",
    )
    LISTING_UNKNOWN = (
        "LISTING_UNKNOWN",
        "No listing has this id.",
        "Use the id of its `ListingPublished`; `exchange query listings` names those on sale.",
    )
    LISTING_STATE = (
        "LISTING_STATE",
        "The listing is in a state in which this cannot be done: listed already, suspended, withdrawn or barred.",
        "Resume a suspended listing, or withdraw it and list again; the detail says which.",
    )
    PLAN_FORM = (
        "PLAN_FORM",
        "A price plan goes with a posted price, with a book of orders, or alone; what is sold by plan alone needs one.",
        "List it with a plan and a price that says `plan`, `posted` or `orders`; otherwise without a plan.",
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
    RULESET_UNKNOWN = (
        "RULESET_UNKNOWN",
        "No ruleset of this content is installed here.",
        "Check the digest; install the ruleset on every worker, then activate it.",
    )
    RULESET_EARLIER = (
        "RULESET_EARLIER",
        "The latest activated ruleset takes effect at this moment or after it.",
        "Name a later `effective_at`.",
    )
    RULESET_TOO_FAR = (
        "RULESET_TOO_FAR",
        "A ruleset may be activated at most 366 days before it takes effect.",
        "Name an earlier `effective_at`, or activate it later.",
    )
    QUORUM_INCOMPLETE = (
        "QUORUM_INCOMPLETE",
        "The management body decides with one member of each constituency, and the approval of one is missing.",
        "Have the members that the detail names sign the same proposal (`exchange fence sign`).",
    )
    APPROVAL_INVALID = (
        "APPROVAL_INVALID",
        "An approval's signature is not that of its member's key over this very proposal.",
        "Have the member sign the proposal again, with the key that it was seated with.",
    )
    APPROVAL_TWICE = (
        "APPROVAL_TWICE",
        "One member's approval is there twice, and counts once.",
        "Leave one of them out.",
    )
    APPROVAL_SPENT = (
        "APPROVAL_SPENT",
        "The management body has decided exactly this before: what was signed for it then decides nothing anew.",
        "Have the members sign a proposal with another time.",
    )
    MEMBER_UNKNOWN = (
        "MEMBER_UNKNOWN",
        "An approval is of somebody who holds no seat of the management body, or whose term is over.",
        "Have those approve who hold the seats now; `exchange query body_seats` names them.",
    )
    SEAT_TERM = (
        "SEAT_TERM",
        "A seat is held until a time that lies ahead, by five years at most.",
        "Name another `valid_until`.",
    )
    SEAT_TAKEN = (
        "SEAT_TAKEN",
        "Somebody holds the seat of another constituency by this name or with this key.",
        "Name another member; each signs with a key of its own.",
    )
    CASE_UNKNOWN = (
        "CASE_UNKNOWN",
        "No such case is before the counter, and none that it ruled on counts any more.",
        "Use the id of its `CaseOpened`; `exchange case list` names those there are.",
    )
    CASE_RULED = (
        "CASE_RULED",
        "A panel has ruled on the case.",
        "A party may appeal once; until then nothing is to be ruled.",
    )
    CASE_WAITS_FOR_FACTS = (
        "CASE_WAITS_FOR_FACTS",
        "No panel may lift it: facts are not known, or a rule demands a filing or an assessment beside.",
        "Supply what the detail names, or file it; the case closes by itself when that has come.",
    )
    CASE_NOT_RULED = (
        "CASE_NOT_RULED",
        "No panel has ruled on the case yet.",
        "Wait for the ruling; `exchange case show` says until when the counter has.",
    )
    CASE_NOT_LIFTED = (
        "CASE_NOT_LIFTED",
        "Nothing of the case passes by a ruling, so there is nothing to take back.",
        "Nothing is to be done; check the case's id if another one was meant.",
    )
    CASE_PARTY = (
        "CASE_PARTY",
        "Whoever gives the ruling is a party to the case, or has an owner in common with one.",
        "Have another counter give it.",
    )
    CASE_FINAL = (
        "CASE_FINAL",
        "The case was appealed once, and what the second panel ruled is final.",
        "Ask again once something has changed, or the ruling's time is over.",
    )
    APPEAL_LATE = (
        "APPEAL_LATE",
        "A ruling may be appealed within 30 days.",
        "Ask again once something has changed, or the ruling's time is over.",
    )
    PANEL_UNFIT = (
        "PANEL_UNFIT",
        "A panel is three people, one of each constituency, and no party among them.",
        "Have another panel rule; the detail says who may not.",
    )
    PANEL_REPEATED = (
        "PANEL_REPEATED",
        "A member of the panel that is appealed against sits on the panel that would rule on the appeal.",
        "Have three others rule.",
    )
    RULING_UNFIT = (
        "RULING_UNFIT",
        "What the ruling says contradicts itself or its case: its codes, its scope or its time.",
        "Change what the detail names.",
    )
    RULING_TERM = (
        "RULING_TERM",
        "A ruling holds for an hour at least and three years at most.",
        "Name another `valid_until`.",
    )
    RULINGS_TOO_MANY = (
        "RULINGS_TOO_MANY",
        "As many rulings hold for the same product, instrument or handbook as may at a time.",
        "Withdraw those that are not needed (`exchange case withdraw`), or rule for any buyer at once.",
    )
    SAFEGUARD_UNKNOWN = (
        "SAFEGUARD_UNKNOWN",
        "No safeguard of this name was registered.",
        "Check the name (`exchange safeguard list`), or register it first.",
    )
    SAFEGUARD_EXISTS = (
        "SAFEGUARD_EXISTS",
        "A safeguard of this name was registered before; a name is given once and never again.",
        "Choose another name, or record what has changed with `FileSafeguard`, `ChangeSafeguard` or `ExtendSafeguard`.",
    )
    SAFEGUARD_UNFIT = (
        "SAFEGUARD_UNFIT",
        "The safeguard's parties, days or words do not fit its type.",
        "Change what the detail names.",
    )
    SAFEGUARD_STATE = (
        "SAFEGUARD_STATE",
        "The safeguard stands so that this cannot be done: revoked, filed already, never filed, as it is said to be.",
        "See how it stands with `exchange safeguard show`; what is revoked is registered anew under another name.",
    )
    SAFEGUARD_WINDOW = (
        "SAFEGUARD_WINDOW",
        "The extension was not sought in the last working days of the assessment.",
        "Have a new assessment made, and register that.",
    )
    SAFEGUARDS_TOO_MANY = (
        "SAFEGUARDS_TOO_MANY",
        "As many safeguards that have not ended are registered for these parties as one decision may hold.",
        "Revoke one that is not needed.",
    )
    ATTESTATION_UNKNOWN = (
        "ATTESTATION_UNKNOWN",
        "No attestation of this name was given.",
        "Check the name (`exchange attestation list`), or give it first.",
    )
    ATTESTATION_EXISTS = (
        "ATTESTATION_EXISTS",
        "An attestation of this name was given before; a name is given once and never again.",
        "Choose another name; what is said otherwise now is a new attestation.",
    )
    ATTESTATION_UNFIT = (
        "ATTESTATION_UNFIT",
        "What it is about, whose word it is, its days or its words do not fit its kind.",
        "Change what the detail names.",
    )
    ATTESTATION_STATE = (
        "ATTESTATION_STATE",
        "The attestation stands so that this cannot be done: doubted already, not doubted, or withdrawn.",
        "See how it stands with `exchange attestation show`; what was withdrawn is given anew under another name.",
    )
    ATTESTATION_NOT_OWN = (
        "ATTESTATION_NOT_OWN",
        "It is somebody else's word.",
        "Whoever gave it takes it back; somebody in office may doubt it.",
    )
    ATTESTATION_CONFLICT = (
        "ATTESTATION_CONFLICT",
        "Whoever doubts or upholds a word has another owner than the party whose word it is.",
        "Have somebody in office of another owner look at it.",
    )
    ATTESTATIONS_TOO_MANY = (
        "ATTESTATIONS_TOO_MANY",
        "As many attestations that have not ended are about this as one decision looks at.",
        "Withdraw one that is not needed.",
    )
    WORKING_DAYS_UNKNOWN = (
        "WORKING_DAYS_UNKNOWN",
        "The mainland's working days of that year were not published when this version was made.",
        "Name the day yourself, in the field that the detail names.",
    )
    PERSONS_YEAR = (
        "PERSONS_YEAR",
        "Persons are counted in the calendar year that runs in Asia/Shanghai, and ahead in the next one.",
        "Name that year.",
    )
    PERSONS_NONE = (
        "PERSONS_NONE",
        "The product version is described as one without personal information.",
        "Leave it out; if it does hold persons, have it re-classified first (`ReclassifyProduct`).",
    )
    PERSONS_IMPOSSIBLE = (
        "PERSONS_IMPOSSIBLE",
        "The numbers cannot be those of a union: it is never smaller than a part, nor larger than all parts together.",
        "Count anew (`exchange persons union`); if an earlier declaration was wrong, declare that one again first.",
    )
    PERSONS_TOO_MANY = (
        "PERSONS_TOO_MANY",
        "As many declarations of this exporter count as may.",
        "Declare one union of all versions that are sold.",
    )
    PERSONS_ELSEWHERE = (
        "PERSONS_ELSEWHERE",
        "The seller's personal information is or was on offer in another market, and its persons are counted there.",
        "List it in the market that the detail names.",
    )
    GROUP_UNKNOWN = (
        "GROUP_UNKNOWN",
        "No participant has this beneficial owner.",
        "Check the name (`exchange query participants`).",
    )
    SPLITTING_STATE = (
        "SPLITTING_STATE",
        "The group was found to split in that year already, or was not.",
        "Check the name and the year.",
    )
    LIST_UNKNOWN = (
        "LIST_UNKNOWN",
        "No list of this id was published here.",
        "Check the id (`exchange query published_lists`), or publish it first.",
    )
    LIST_EXISTS = (
        "LIST_EXISTS",
        "This version of the list was published before, and a version never changes but for its last day.",
        "Publish it as another version, under an id of its own.",
    )
    LIST_UNFIT = (
        "LIST_UNFIT",
        "The list's days or its entries contradict themselves.",
        "Change what the detail names.",
    )
    LIST_TOO_LARGE = (
        "LIST_TOO_LARGE",
        "The list takes more bytes than it may, or as many lists are published as may be.",
        "Publish it in parts, each for scenarios of its own.",
    )
    LIST_STATE = (
        "LIST_STATE",
        "The list is no list of general data, or the product version stands under it as it is said to.",
        "Check the ids of the list and of the product version.",
    )
