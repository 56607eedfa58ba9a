"""Find a real time for every visit of a plan: dates and free times at once. Pure."""
