"""What patients see of their own plan, visits and record, as plain data."""
