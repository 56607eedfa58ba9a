"""What the pages of booking, moving and visiting show, and their forms."""
