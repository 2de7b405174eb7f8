"""Running entitlements: what the fence admitted once is decided again whenever an input of its answer changes."""
