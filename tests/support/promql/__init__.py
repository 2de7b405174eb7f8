"""Prometheus's rules and rule tests without Prometheus: the part of PromQL that our rules use, and no more of it.

`tests/unit/operating/test_alerts.py` runs the same files by promtool where that is installed; both must agree.
"""
