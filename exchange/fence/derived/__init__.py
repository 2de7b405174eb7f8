"""The derived facts: small pure functions from a sheet to a value, under the names that rules ask for.

Source: rules.md section 3.
"""
