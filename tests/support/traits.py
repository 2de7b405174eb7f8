"""What most tests' data is: general, about ships, without persons, collected in the mainland."""

from exchange.kernel.product import DataTraits

GENERAL = DataTraits(
    category="general",
    importance_basis="none",
    contains_pi=False,
    anonymisation="none",
    sector="shipping",
    collected_in=("CN",),
    persons=0,
    sensitive_persons=0,
    us_class="none",
    us_persons_12m=0,
    us_government_related=False,
    eu_special_category=False,
    eu_art9_condition=False,
)
