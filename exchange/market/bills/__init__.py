"""Bills: what a buyer that pays later owes for an accepted purchase, until when, and how it is paid."""
