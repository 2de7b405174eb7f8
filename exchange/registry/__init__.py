"""Who may take part, what is on offer, and which rulesets are in force."""
