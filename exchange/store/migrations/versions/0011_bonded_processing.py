"""Bonded processing: consignments and their accounts, jobs, what leaves, what is deleted, what went wrong."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(
    name: str, *, null: bool = False, start: str | None = None, comment: str | None = None
) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, server_default=start, comment=comment)


def _flag(name: str, *, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, comment=comment)


def upgrade() -> None:
    """Create the tables."""
    _business_zones()
    _bonded_links()
    _bonded_safeguards()
    _zone_rulings()
    _consignments()
    _consignment_lots()
    _consignment_balances()
    _item_moves()
    _balance_counts()
    _deletion_register()
    _bonded_sources()
    _reclassifications()
    _job_runs()
    _job_outputs()
    _egresses()
    _decisions_revoked()
    _incidents()
    _governance_cases()
    _anonymisation_reports()


def _business_zones() -> None:
    op.create_table(
        "business_zones",
        _text("zone_id"),
        _whole("partition"),
        _whole("seq"),
        _text("title"),
        _text("place"),
        _whole("seats"),
        _whole("at"),
        PrimaryKeyConstraint("zone_id", name="pk_business_zones"),
        comment="Fenced places in which consignments are processed",
    )


def _bonded_links() -> None:
    op.create_table(
        "bonded_links",
        _whole("partition"),
        _text("link_id"),
        _text("places", comment="JSON array of both ends"),
        _text("kind", comment="dedicated or internet"),
        _text("state", comment="planned, building, in_service or down"),
        _whole("changed_at"),
        PrimaryKeyConstraint("partition", "link_id", name="pk_bonded_links"),
        comment="Physical lines into and out of the zone, as they stand",
    )


def _bonded_safeguards() -> None:
    op.create_table(
        "bonded_safeguards",
        _whole("partition"),
        _text("safeguard_id"),
        _text("kind"),
        _text("exporter_id", null=True, comment="none: any"),
        _text("recipient_id", null=True, comment="none: any"),
        _text("valid_from", null=True),
        _text("valid_to", null=True),
        _text("status"),
        _text("terms", comment="JSON of all of it"),
        _whole("changed_at"),
        PrimaryKeyConstraint("partition", "safeguard_id", name="pk_bonded_safeguards"),
        comment="Legal tools that bonded processing knows of, as they stand",
    )


def _zone_rulings() -> None:
    op.create_table(
        "zone_rulings",
        _text("ruling_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("handbook_no"),
        _text("codes", comment="JSON array of the reason codes that are lifted"),
        _text("panel", comment="JSON array of those who ruled"),
        _text("grounds"),
        _text("reference", comment="the counter's case"),
        _text("by_id", comment="who brought it here"),
        _whole("valid_until_at"),
        _whole("at"),
        PrimaryKeyConstraint("ruling_id", name="pk_zone_rulings"),
        comment="What the counter lets pass of a REVIEW, for one handbook",
    )
    op.create_index("ix_zone_rulings_handbook_no", "zone_rulings", ["handbook_no"])


def _consignments() -> None:
    op.create_table(
        "consignments",
        _text("consignment_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("handbook_no"),
        _text("title", null=True, comment="of what another handbook handed over, that of the first"),
        _text("consignor_id", null=True),
        _text("processor_id"),
        _text("origin", null=True),
        _text("unit", null=True),
        _text("return_list", null=True, comment="JSON array of places"),
        _text(
            "retention_until",
            null=True,
            comment="the last day on which it may be worked on, in Asia/Shanghai",
        ),
        _whole("retention_ended_at", null=True),
        _text("key_id"),
        _flag("key_destroyed"),
        _text(
            "from_consignment_id", null=True, comment="whose items these were, in a deep-processing transfer"
        ),
        _text("state", comment="in_review, admitted or written_off"),
        _text("decision_id", null=True),
        _text("codes", null=True, comment="JSON array: why people have to let it in"),
        _text("balance_state", comment="open, reconciling, balanced, within_tolerance or written_off"),
        _text("origins", null=True, comment="JSON array of places in which it was collected"),
        _flag("domestic_pi"),
        _flag("important"),
        _whole(
            "used_count",
            null=True,
            comment="items in products, each as often as it is in one; known at write-off",
        ),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("consignment_id", name="pk_consignments"),
        comment="Raw data in business zones, each under a handbook of its own",
    )
    op.create_index("ix_consignments_consignor_id", "consignments", ["consignor_id"])
    op.create_index("ix_consignments_handbook_no", "consignments", ["handbook_no"])
    op.create_index("ix_consignments_processor_id", "consignments", ["processor_id"])


def _consignment_lots() -> None:
    op.create_table(
        "consignment_lots",
        _text("consignment_id"),
        _text("lot"),
        _text("sha256"),
        _whole("quantity"),
        _whole("size_bytes"),
        PrimaryKeyConstraint("consignment_id", "lot", name="pk_consignment_lots"),
        comment="The lots of consignments",
    )


def _consignment_balances() -> None:
    op.create_table(
        "consignment_balances",
        _text("consignment_id"),
        _whole("admitted", start="0"),
        _whole("transferred_in", start="0"),
        _whole("consumed", start="0", comment="once each, in however many products they are"),
        _whole("returned", start="0"),
        _whole("transferred_out", start="0"),
        _whole("scrapped", start="0"),
        _whole("destroyed", start="0"),
        PrimaryKeyConstraint("consignment_id", name="pk_consignment_balances"),
        comment="How many items of a consignment came, and what became of them; all others are on hand",
    )


def _item_moves() -> None:
    op.create_table(
        "item_moves",
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _text("consignment_id"),
        _text("lot"),
        _whole("first"),
        _whole("last"),
        _text("way", comment="consumed, returned, transferred_out, scrapped or destroyed"),
        _text(
            "by", comment="the job run, egress or certificate that did it; of what was scrapped, who said so"
        ),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", "line", name="pk_item_moves"),
        comment="Ranges of items that left the books, and how",
    )
    op.create_index("ix_item_moves_consignment_id", "item_moves", ["consignment_id"])


def _balance_counts() -> None:
    op.create_table(
        "balance_counts",
        _whole("partition"),
        _whole("seq"),
        _text("unit"),
        _text("consignment_id"),
        _text("step", comment="counted, or written_off"),
        _whole("admitted"),
        _whole("transferred_in"),
        _whole("consumed"),
        _whole("returned"),
        _whole("transferred_out"),
        _whole("scrapped"),
        _whole("destroyed"),
        _whole("on_hand"),
        _whole("counted"),
        _whole("tolerance"),
        _text("by_id", null=True),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", "unit", name="pk_balance_counts"),
        comment="What was found on hand, beside what the books said, unit by unit",
    )
    op.create_index("ix_balance_counts_consignment_id", "balance_counts", ["consignment_id"])


def _deletion_register() -> None:
    op.create_table(
        "deletion_register",
        _text("certificate_id"),
        _whole("partition"),
        _whole("seq"),
        _text("consignment_id"),
        _text("items", comment="JSON array of ranges"),
        _text("output_ids", comment="JSON array"),
        _text("method", comment="clear, purge, destroy or cryptographic_erase"),
        _text("erasure", comment="JSON of media, tool, key, replicas and standard"),
        _text("merkle_root"),
        _whole("hashes"),
        _text("operator_id"),
        _text("verifier_id", null=True),
        _text("verification", null=True, comment="how it was verified"),
        _whole("sample", null=True),
        _text("state", comment="recorded, partial or certified"),
        _text("credential", null=True, comment="the certificate as a verifiable credential"),
        _whole("at"),
        _whole("certified_at", null=True),
        PrimaryKeyConstraint("certificate_id", name="pk_deletion_register"),
        comment="What was deleted, how, by whom, and who verified it",
    )
    op.create_index("ix_deletion_register_consignment_id", "deletion_register", ["consignment_id"])


def _bonded_sources() -> None:
    op.create_table(
        "bonded_sources",
        _text("source_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("title"),
        _text("sha256"),
        _text("traits", comment="JSON"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("source_id", name="pk_bonded_sources"),
        comment="Data of no consignment that jobs draw on",
    )


def _reclassifications() -> None:
    op.create_table(
        "reclassifications",
        _whole("partition"),
        _whole("seq"),
        _text("source_id"),
        _text("traits", comment="JSON"),
        _text("carried", comment="JSON of what it carries since"),
        _text("grounds"),
        _text("evidence_sha256"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_reclassifications"),
        comment="Consignments and sources that turned out to be other data",
    )
    op.create_index("ix_reclassifications_source_id", "reclassifications", ["source_id"])


def _job_runs() -> None:
    op.create_table(
        "job_runs",
        _text("job_run_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("processor_id"),
        _text("job"),
        _text("state", comment="running, completed or failed"),
        _text("items", comment="JSON array of ranges that went in"),
        _text("output_ids", comment="JSON array of outputs that went in"),
        _text("source_ids", comment="JSON array of all sources behind it, those reported later too"),
        _text("consignment_ids", comment="JSON array of all consignments behind it"),
        _text("pool_id"),
        _whole("seats"),
        _text("station_zone"),
        _flag("keeps_separable"),
        _text("coefficients", comment="JSON array of what it was declared to yield"),
        _text("clears", null=True, comment="JSON array of flags that an approved report clears"),
        _text("origins", null=True, comment="JSON array of places, once it has made something"),
        _flag("domestic_pi"),
        _flag("important"),
        _flag("separable"),
        _text("grounds", null=True, comment="why it failed"),
        _text("decision_id"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("job_run_id", name="pk_job_runs"),
        comment="Runs of jobs in business zones, and what their outputs carry",
    )
    op.create_index("ix_job_runs_processor_id", "job_runs", ["processor_id"])


def _job_outputs() -> None:
    op.create_table(
        "job_outputs",
        _text("output_id"),
        _whole("partition"),
        _whole("seq"),
        _text("job_run_id"),
        _text("processor_id"),
        _text("kind", comment="intermediate, product or by_product"),
        _text("reference", comment="its maker's own name for it"),
        _text("unit"),
        _whole("quantity"),
        _whole("expected", comment="what the declared coefficient yields at most"),
        _whole("size_bytes"),
        _text("sha256"),
        _text("items", comment="JSON array of ranges behind it"),
        _text("state", comment="there, destroying or destroyed"),
        _whole("exported_at", null=True, comment="when it first arrived outside"),
        _whole("at"),
        PrimaryKeyConstraint("output_id", name="pk_job_outputs"),
        comment="What job runs made",
    )
    op.create_index("ix_job_outputs_job_run_id", "job_outputs", ["job_run_id"])


def _egresses() -> None:
    op.create_table(
        "egresses",
        _text("egress_id"),
        _whole("partition"),
        _whole("seq"),
        _text("kind", comment="export, return or transfer"),
        _text("zone_id"),
        _text("processor_id"),
        _text("recipient_id"),
        _text("destination"),
        _text("output_ids", comment="JSON array"),
        _text("items", comment="JSON array of ranges"),
        _text("parts", comment="JSON array of names and digests"),
        _whole("size_bytes"),
        _text("link_ids", comment="JSON array"),
        _text("state", comment="held, approved, left or withdrawn"),
        _text("decision_id", null=True),
        _text("outcome", null=True, comment="of the last decision that held it"),
        _text("codes", null=True, comment="JSON array: why it is held"),
        _flag("revoked", comment="it has left on an answer that was revoked since"),
        _text("signature", null=True, comment="the receiver's, under what arrived"),
        _text("grounds", null=True, comment="why it was withdrawn"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("egress_id", name="pk_egresses"),
        comment="What is to leave a handbook or the zone, and whether it has",
    )
    op.create_index("ix_egresses_recipient_id", "egresses", ["recipient_id"])
    op.create_index("ix_egresses_state", "egresses", ["state"])


def _decisions_revoked() -> None:
    op.create_table(
        "decisions_revoked",
        _whole("partition"),
        _whole("seq"),
        _text("decision_id"),
        _text("subject", comment="the consignment or the egress that rested on it"),
        _text("stage", comment="admitted, approved or left"),
        _text("ground", comment="reclassified, incident, rules or time"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_decisions_revoked"),
        comment="Answers of the fence that hold no more",
    )
    op.create_index("ix_decisions_revoked_decision_id", "decisions_revoked", ["decision_id"])
    op.create_index("ix_decisions_revoked_subject", "decisions_revoked", ["subject"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        _text("incident_id"),
        _whole("partition"),
        _whole("seq"),
        _text("job_run_id"),
        _text("kind", comment="undeclared_input, wrote_outside_fence or other"),
        _text("statement"),
        _text("source_ids", comment="JSON array of what went in without being named"),
        _flag("own", comment="its processor said so itself"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("incident_id", name="pk_incidents"),
        comment="What went wrong in job runs",
    )


def _governance_cases() -> None:
    op.create_table(
        "governance_cases",
        _text("case_id"),
        _whole("partition"),
        _whole("seq"),
        _text("incident_id"),
        _text("job_run_id"),
        _text("constituencies", comment="JSON array of those with a seat"),
        _text("state", comment="open, granted or refused"),
        _text("panel", null=True, comment="JSON array of those who decided"),
        _text("remedy", null=True),
        _whole("due_at"),
        _whole("at"),
        _whole("decided_at", null=True),
        PrimaryKeyConstraint("case_id", name="pk_governance_cases"),
        comment="Cases in which a panel decides whether a fault is tolerated",
    )


def _anonymisation_reports() -> None:
    op.create_table(
        "anonymisation_reports",
        _whole("partition"),
        _whole("seq"),
        _text("job_run_id"),
        _text("clears", comment="JSON array"),
        _text("report_sha256"),
        _text("statement"),
        _text("assessor_id"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_anonymisation_reports"),
        comment="Approved reports that clear flags from what a job run made",
    )
