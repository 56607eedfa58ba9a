"""Find the free times: hours, claims and steps in, start times out. Pure: no Django, no clock, no zone files.

A day is one Python integer: bit n says that the n-th five minutes of the day, counted from local midnight,
are free. So a whole day of a room is one `&`, and every start time at which a step fits is a few shifts.
"""
