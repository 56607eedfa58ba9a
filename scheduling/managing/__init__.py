"""What managers enter about places and providers."""
