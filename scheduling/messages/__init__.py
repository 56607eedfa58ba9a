"""The words of the messages a practice sends: as shipped, as a manager changed them, and filled in."""
