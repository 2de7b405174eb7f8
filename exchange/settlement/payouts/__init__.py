"""What participants are owed, netted and paid."""
