"""The demo practice lives: plans with a past, a day under way, and a calendar that is well booked."""
