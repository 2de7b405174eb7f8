"""Invoices: numbered without a gap, credited where money goes back, answered by those they are to."""
