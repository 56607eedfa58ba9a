"""What is erased of a patient, and what has to stay."""
