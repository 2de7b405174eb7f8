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
        "The listing is in a state in which this cannot be done: listed already, suspended or withdrawn.",
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
