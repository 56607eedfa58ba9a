"""Every change to plans: one module for each noun, one function for each verb."""
