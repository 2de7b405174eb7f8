"""What is owed here, netted and held until a bank has paid it."""
