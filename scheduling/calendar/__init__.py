"""What the day and the week of a location show."""
