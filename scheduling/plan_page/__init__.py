"""What the page of one version of a plan shows."""
