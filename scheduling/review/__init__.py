"""What a provider reviews before a plan is signed: where it leaves the rules, and which plan comes next."""
