"""What needs somebody's attention: today, due, freed, waiting, away."""
