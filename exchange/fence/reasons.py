"""What the fence's answers and its codes for safeguards ask of people. The codes of rules are in the rulesets."""

from exchange.kernel.reasons import Why


class NotAdmitted(Why):
    """The answers on which no data may move. A value is an `Outcome`'s."""

    FILE = (
        "FILE",
        "The crossing needs a filed standard contract or a certificate, and none that is valid here is held.",
        "File the standard contract with the authority, or get certified; once the safeguard is held, ask again.",
    )
    ASSESS = (
        "ASSESS",
        "The crossing needs a passed security assessment, and none that is valid here is held.",
        "Apply for the assessment with the authority; once it is held, ask again.",
    )
    REVIEW = (
        "REVIEW",
        "A fact that the rules need is not known, or the law leaves it to people.",
        "Supply the facts that the answer names as missing; where none is missing, put the case to the counter.",
    )
    DENY = (
        "DENY",
        "A rule forbids the crossing.",
        "Read the rule at its citation; only another product, place, purpose or party changes the answer.",
    )


class SafeguardFailure(Why):
    """Why a safeguard that is held does not count."""

    INSTRUMENT_EXPIRED = (
        "INSTRUMENT_EXPIRED",
        "The safeguard is not valid on that day.",
        "Renew it, or wait until it begins.",
    )
    SCOPE_CHANGED = (
        "SCOPE_CHANGED",
        "What the safeguard covers has changed since it was granted.",
        "Have it amended or file it anew.",
    )
    INSTRUMENT_MISMATCH = (
        "INSTRUMENT_MISMATCH",
        "The safeguard is for other parties, data, places or purposes, or its checks were not kept up.",
        "Hold one that covers this crossing, and keep up what it demands.",
    )
    INSTRUMENT_REVOKED = (
        "INSTRUMENT_REVOKED",
        "The safeguard is suspended or was revoked.",
        "Settle it with whoever revoked it, or hold another one.",
    )
    TIA_MISSING = (
        "TIA_MISSING",
        "The safeguard counts only together with a current transfer impact assessment.",
        "Carry out the assessment, or bring it up to date.",
    )


class Backstop(Why):
    """What the engine itself says where the rules are silent."""

    RULES_NOT_LOADED = (
        "RULES_NOT_LOADED",
        "A regime that applies has no rules in this ruleset, or none of them answered.",
        "Put the case to the counter, or activate a ruleset that holds them.",
    )
    RULESET_NOT_IN_FORCE = (
        "RULESET_NOT_IN_FORCE",
        "The ruleset does not cover that day.",
        "Activate the ruleset that does; until then put the case to the counter.",
    )
