"""From what a patient wants to the planning problem, with the rule behind every part of it. No Django."""
