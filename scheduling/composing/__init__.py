"""What a coordinator enters about a patient, from the page's fields to an intake and back."""
