"""Bookings brought along from another system."""
