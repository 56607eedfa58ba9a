"""The same actions as JSON, strictly read."""
