"""Invoices and credit notes as documents: counted, written, checked, shown. Only `numbered` knows a fact."""
