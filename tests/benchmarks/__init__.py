"""Measures this exchange beside what a competent user of the same tools would write; see docs/benchmarks/README.md."""
