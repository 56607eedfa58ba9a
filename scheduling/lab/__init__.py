"""The protocol lab: what a change of a protocol would do to open plans and their bookings."""
