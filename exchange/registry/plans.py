"""The rules about the price plan that a listing comes with: what its market would refuse is refused here."""

from exchange.kernel.plan import wrong_plan, wrong_tiers
from exchange.kernel.product import MOVES_NO_DATA, ProductType
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import ListProduct
from exchange.registry.reasons import Reason


def plan_refusal(command: ListProduct, product_type: ProductType) -> Refused | None:
    """Why a product cannot be listed with this plan, or without one."""
    name, plan = command.product_id, command.plan
    if (wrong := _wrong_form(command, product_type)) is not None:
        return refused(command, Reason.PLAN_FORM, name, wrong)
    if plan is None:
        return None
    if (wrong := next(wrong_tiers(plan.model, plan.tiers), None)) is not None:
        return refused(command, Reason.PLAN_TIERS, name, wrong)
    if (wrong := next(wrong_plan(plan), None)) is not None:
        return refused(command, Reason.PLAN_TERMS, name, wrong)
    return None


def _wrong_form(command: ListProduct, product_type: ProductType) -> str | None:
    book = command.price.book
    if command.plan is None:
        return "it is to be sold by its plan and comes with none; name the plan" if book == "plan" else None
    if book not in ("plan", "posted", "orders"):
        return f"a plan is a standing ask, and {book} is another way to sell; list it without, or by plan"
    if book == "orders" and product_type in MOVES_NO_DATA:
        return (
            "its book is traded in lots of a registered capacity, a plan counts other units; list it by plan"
        )
    return None
