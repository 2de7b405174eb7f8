"""Invoices and credit notes as documents: counted, written as UBL 2.1, checked, shown to people. Only `numbered` knows a fact."""
