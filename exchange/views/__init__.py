"""What the journals say, as SQL tables that can be deleted and come back equal."""

from exchange.views.after_trade import AFTER_TRADE
from exchange.views.attestations import ATTESTATIONS_VIEW
from exchange.views.auctions import AUCTIONS_VIEW
from exchange.views.bank_statements import BANK_STATEMENTS_VIEW
from exchange.views.bills import BILLS_VIEW
from exchange.views.bonded_work import BONDED_WORK
from exchange.views.cases import CASES_VIEW
from exchange.views.catalogue import CATALOGUE
from exchange.views.compliance import COMPLIANCE
from exchange.views.consignments import CONSIGNMENTS_VIEW
from exchange.views.deliveries import DELIVERIES_VIEW
from exchange.views.destinations import DESTINATIONS_VIEW
from exchange.views.dues import DUES
from exchange.views.ecny import ECNY_VIEW
from exchange.views.entitlements import ENTITLEMENTS_VIEW
from exchange.views.evidence import EVIDENCE
from exchange.views.exchanges import EXCHANGES_VIEW
from exchange.views.fenced_work import FENCED_WORK
from exchange.views.invoices import INVOICES_VIEW
from exchange.views.lineage import LINEAGE
from exchange.views.lines import LINES_VIEW
from exchange.views.market_data import MARKET_DATA
from exchange.views.money_transfers import MONEY_TRANSFERS_VIEW
from exchange.views.operations import OPERATIONS
from exchange.views.payees import PAYEES_VIEW
from exchange.views.payment_files import PAYMENT_FILES_VIEW
from exchange.views.payouts import PAYOUTS_VIEW
from exchange.views.penalties import PENALTIES_VIEW
from exchange.views.plans import PLANS_VIEW
from exchange.views.pools import POOLS_VIEW
from exchange.views.published_lists import PUBLISHED_LISTS_VIEW
from exchange.views.quotes import QUOTES_VIEW
from exchange.views.revenue_shares import REVENUE_SHARES_VIEW
from exchange.views.safeguards import SAFEGUARDS_VIEW
from exchange.views.settlement import SETTLEMENT
from exchange.views.subscriptions import SUBSCRIPTIONS_VIEW
from exchange.views.subsidies import SUBSIDIES_VIEW
from exchange.views.view import View, project_batch

VIEWS: tuple[View, ...] = (
    CATALOGUE,
    MARKET_DATA,
    AUCTIONS_VIEW,
    QUOTES_VIEW,
    SETTLEMENT,
    AFTER_TRADE,
    DUES,
    BILLS_VIEW,
    MONEY_TRANSFERS_VIEW,
    ECNY_VIEW,
    PENALTIES_VIEW,
    SUBSIDIES_VIEW,
    EXCHANGES_VIEW,
    PAYEES_VIEW,
    PAYOUTS_VIEW,
    PAYMENT_FILES_VIEW,
    BANK_STATEMENTS_VIEW,
    REVENUE_SHARES_VIEW,
    INVOICES_VIEW,
    POOLS_VIEW,
    LINES_VIEW,
    PLANS_VIEW,
    SUBSCRIPTIONS_VIEW,
    ENTITLEMENTS_VIEW,
    DELIVERIES_VIEW,
    EVIDENCE,
    LINEAGE,
    COMPLIANCE,
    DESTINATIONS_VIEW,
    CASES_VIEW,
    SAFEGUARDS_VIEW,
    ATTESTATIONS_VIEW,
    PUBLISHED_LISTS_VIEW,
    CONSIGNMENTS_VIEW,
    BONDED_WORK,
    FENCED_WORK,
    OPERATIONS,
)

__all__ = ["VIEWS", "View", "project_batch"]
