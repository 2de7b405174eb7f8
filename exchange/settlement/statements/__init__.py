"""What the custodian banks' statements say, held against what the exchange knows."""
