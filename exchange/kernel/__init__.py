"""What every context shares: ids, money, time, facts and commands, the decider protocol, errors."""
