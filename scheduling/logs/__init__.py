"""What was done and who looked: the audit and the access log as managers read them."""
