"""Where a plan stands in life: done, booked, missing, and what follows from it."""
