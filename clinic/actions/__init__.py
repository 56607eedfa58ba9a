"""Every change to people and places: one module per noun, one function per verb."""
