"""The same check of rules, windows and resources, for every way in."""
