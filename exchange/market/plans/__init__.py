"""Price plans: a posted price with tiers, units bought at it, and prepaid units that metering draws down."""
