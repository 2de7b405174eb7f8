"""A panel rules: what it lets pass, or that it does not."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, HOUR, iso
from exchange.registry.cases.commands import ANYBODY, RuleOnCase, WithdrawCaseRuling
from exchange.registry.cases.facts import CaseOpened, CaseRuled, CaseRulingWithdrawn
from exchange.registry.cases.state import Case
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.state import Registry

TERM_MIN = HOUR
"""Shorter, a ruling could be over before every market knows of it."""
TERM_MAX = 3 * 365 * DAY
"""What was looked at once is looked at again."""
SCOPE_MAX = 90
"""Rulings that hold for one product or one instrument: fewer than a market remembers, whose time is another."""
HANDBOOK_MAX = 18
"""For one handbook: fewer than its zone remembers."""


def rule(registry: Registry, command: RuleOnCase, cause: Cause) -> Sequence[Fact]:
    """Take the panel's ruling from the counter."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER)) is not None:
        return (refusal,)
    case = known(registry, command, command.case_id)
    if isinstance(case, Refused):
        return (case,)
    if not case.before_a_panel:
        reason = Reason.CASE_FINAL if case.phase == "final" else Reason.CASE_RULED
        return (refused(command, reason, command.case_id, f"it is {case.phase}"),)
    refusal = (
        _a_party(registry, command, case, cause)
        or _panel_unfit(registry, command, case)
        or _facts_wanting(command, case)
        or _ruling_unfit(command, case, cause)
        or _too_many(registry, command, case)
    )
    return (refusal or _ruled(command, case, cause),)


def withdraw(registry: Registry, command: WithdrawCaseRuling, cause: Cause) -> Sequence[Fact]:
    """Take back what a panel let pass; what was traded on it stays traded."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER)) is not None:
        return (refusal,)
    case = known(registry, command, command.case_id)
    if isinstance(case, Refused):
        return (case,)
    if (refusal := _a_party(registry, command, case, cause)) is not None:
        return (refusal,)
    if not lifts(case):
        return (refused(command, Reason.CASE_NOT_LIFTED, command.case_id, f"it is {case.phase}"),)
    about = case.opened
    return (
        CaseRulingWithdrawn(
            case_id=command.case_id,
            asked_in=about.asked_in,
            subject=about.subject,
            instrument_id=about.instrument_id,
            handbooks=about.handbooks,
            grounds=command.grounds,
            by_id=cause.actor,
        ),
    )


def lifts(case: Case) -> bool:
    """Whether a ruling of the case lets something pass now."""
    return case.ruled is not None and case.ruled.verdict == "lifted"


def known(registry: Registry, command: Command, case_id: str) -> Case | Refused:
    """The case, or that there is none of that id."""
    case = registry.cases.held.get(case_id)
    if case is None:
        detail = f"case {case_id} was never opened, or counts no more; check the id"
        return refused(command, Reason.CASE_UNKNOWN, case_id, detail)
    return case


def _a_party(
    registry: Registry, command: RuleOnCase | WithdrawCaseRuling, case: Case, cause: Cause
) -> Refused | None:
    owner = registry.participants[cause.actor].beneficial_owner
    if cause.actor not in _parties(case) and owner not in _names(registry, case):
        return None
    detail = f"{cause.actor} is a party to {command.case_id} or has an owner in common with one"
    return refused(command, Reason.CASE_PARTY, command.case_id, detail)


def _panel_unfit(registry: Registry, command: RuleOnCase, case: Case) -> Refused | None:
    panel = command.panel
    names = {each.name.casefold() for each in panel}
    if len({each.constituency for each in panel}) < len(panel):
        fault = "it needs one member each of government, institution and industry"
    elif len(names) < len(panel):
        fault = "its members have to be three people"
    elif judges := sorted(names & {each.casefold() for each in _names(registry, case)}):
        fault = f"{judges[0]} is a party to it and may not rule"
    elif case.ruled is not None and (again := _both(panel, case.ruled.panel)):
        detail = f"{again} ruled on it before; an appeal is ruled on by three others"
        return refused(command, Reason.PANEL_REPEATED, command.case_id, detail)
    else:
        return None
    return refused(command, Reason.PANEL_UNFIT, command.case_id, fault)


def _both(panel: tuple[PanelMember, ...], earlier: tuple[PanelMember, ...]) -> str:
    before = {each.name.casefold() for each in earlier}
    return next((each.name for each in panel if each.name.casefold() in before), "")


def _parties(case: Case) -> tuple[str, str]:
    return case.opened.seller_id, case.opened.buyer_id


def _names(registry: Registry, case: Case) -> set[str]:
    """The parties and who owns them, as far as they are known here."""
    found = [registry.participants[each] for each in _parties(case) if each in registry.participants]
    return {*_parties(case), *(each.beneficial_owner for each in found)}


def _facts_wanting(command: RuleOnCase, case: Case) -> Refused | None:
    """What no panel may lift: a panel rules on what is known, and not on what a rule demands beside."""
    if command.verdict == "against" or case.for_people:
        return None
    latest = case.asked[-1]
    missing = f"not known: {', '.join(latest.missing)}" if latest.missing else ""
    demanded = f"demanded beside: {', '.join(latest.demanded)}" if latest.demanded else ""
    detail = f"{'; '.join(filter(None, (missing, demanded)))}; it closes by itself when that has come"
    return refused(command, Reason.CASE_WAITS_FOR_FACTS, command.case_id, detail)


def _ruling_unfit(command: RuleOnCase, case: Case, cause: Cause) -> Refused | None:
    if (fault := _contradiction(command, case)) is not None:
        return refused(command, Reason.RULING_UNFIT, command.case_id, fault)
    until = command.valid_until
    if until is not None and not cause.at + TERM_MIN <= until <= cause.at + TERM_MAX:
        detail = f"it would hold until {iso(until)}, now is {iso(cause.at)}"
        return refused(command, Reason.RULING_TERM, command.case_id, detail)
    return None


def _contradiction(command: RuleOnCase, case: Case) -> str | None:
    if case.opened.asked_in == "bonded" and not case.opened.handbooks and command.verdict == "lifted":
        return "no consignment is behind it, so there is no handbook that a ruling could hold for"
    if case.opened.asked_in == "bonded" and (command.whole_product or command.any_buyer):
        return "it is about consignments: it holds for their handbooks and nothing beside"
    if command.verdict == "against":
        said = bool(command.codes) or command.valid_until is not None
        return "what is ruled against names no codes and no time" if said else None
    if not command.codes or command.valid_until is None:
        return "what is lifted are codes, until a time; name both"
    if others := sorted(set(command.codes) - set(case.opened.codes)):
        return f"{', '.join(others)} is none of its codes: {', '.join(case.opened.codes)}"
    return None


def _too_many(registry: Registry, command: RuleOnCase, case: Case) -> Refused | None:
    """Whether as many rulings hold for the same as a market or a zone remembers."""
    if command.verdict == "against":
        return None
    about = case.opened
    wanted = _scopes(about, command.whole_product)
    most = HANDBOOK_MAX if about.asked_in == "bonded" else SCOPE_MAX
    others = (each.ruled for each in registry.cases.held.values() if each is not case and lifts(each))
    holding = [_scopes(each, each.whole_product) for each in others if each is not None]
    for scope in sorted(wanted):
        if sum(scope in each for each in holding) >= most:
            detail = f"{most} rulings hold for {scope}; withdraw those that are not needed"
            return refused(command, Reason.RULINGS_TOO_MANY, command.case_id, detail)
    return None


def _scopes(about: CaseOpened | CaseRuled, whole_product: bool) -> set[str]:
    """What a ruling would hold for, as names."""
    if about.asked_in == "bonded":
        return {f"handbook {each.zone_id}/{each.handbook_no}" for each in about.handbooks}
    return {f"product {about.subject}" if whole_product else f"instrument {about.instrument_id}"}


def _ruled(command: RuleOnCase, case: Case, cause: Cause) -> CaseRuled:
    about, lifted = case.opened, command.verdict == "lifted"
    return CaseRuled(
        case_id=command.case_id,
        verdict=command.verdict,
        asked_in=about.asked_in,
        subject=about.subject,
        instrument_id=about.instrument_id,
        handbooks=about.handbooks,
        seller_id=about.seller_id,
        buyer_id=about.buyer_id,
        whole_product=command.whole_product,
        any_buyer=command.any_buyer or about.buyer_id == ANYBODY,
        codes=tuple(dict.fromkeys(command.codes)) if lifted else about.codes,
        valid_until=command.valid_until,
        panel=command.panel,
        grounds=command.grounds,
        reference=command.reference,
        by_id=cause.actor,
        on_appeal=case.phase == "appealed",
        replaces=lifts(case),
    )
