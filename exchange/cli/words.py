"""Words that the command line knows without loading what they stand for."""

CONTEXTS = ("registry", "market", "delivery", "bonded", "settlement")
"""The same as `streams.vocabulary.CONTEXTS`, as a test sees to: `--help` needs no more of a context than its name."""
SAFEGUARD_KINDS = (
    "CN-ASSESS", "CN-SCC", "CN-CERT", "GBA-SC", "EU-SCC", "EU-BCR", "EU-DPF", "SG-CONTRACT", "SG-BCR",
    "ASEAN-MCC", "CBPR", "PRP", "JP-EQUIV", "TH-CONTRACT", "TH-BCR",
)  # fmt: skip
"""Types of safeguards."""
ATTESTATION_KINDS = (
    "SG_S26_SUMMARY", "JP_ART28_INFORMED", "EU_ART49", "TH_S28", "ART5_BASIS", "US_CONTROLS", "IN_TRANSIT",
)  # fmt: skip
"""Of what a party can give its word."""
